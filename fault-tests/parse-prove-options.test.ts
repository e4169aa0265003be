import { describe, expect, it } from "vitest";
import { parseProveOptions } from "./parse-prove-options.js";
import type { Proof } from "./proof.js";

const proof = (id: string): Proof => ({
  id,
  title: "",
  proves: [],
  run: async () => ({ runs: 0, faults: 0, violations: [] }),
});
const proofs = [proof("F1"), proof("F1R"), proof("I20")];

function parse(...args: string[]) {
  const options = parseProveOptions(args, { proofs, chance: 4711 });
  return typeof options === "string" ? options : { ...options, list: options.list.map(({ id }) => id) };
}

describe("parseProveOptions", () => {
  it("runs every proof in its long form by default, with a random seed", () => {
    const list = ["F1", "F1R", "I20"];
    expect(parse()).toEqual({ list, scale: "long", seed: 4711, store: "libsql", markdown: null, help: false });
  });

  it("reads all options, and ids in any case", () => {
    expect(
      parse("--short", "--only", "i20, f1r", "--seed", "7", "--store", "postgres", "--markdown", "page.md"),
    ).toEqual({
      list: ["F1R", "I20"],
      scale: "short",
      seed: 7,
      store: "postgres",
      markdown: "page.md",
      help: false,
    });
  });

  it.each([
    [["--only", "F1,F99"], "--only: unknown test F99. Tests: F1, F1R, I20."],
    [["--only", ""], "--only: no test given. Tests: F1, F1R, I20."],
    [["--seed", "luck"], "--seed takes a whole number, not luck."],
    [["--store", "mysql"], "--store takes libsql or postgres, not mysql."],
    [["--long"], "Unknown option '--long'. Options: --short, --only, --seed, --store, --markdown, --help."],
    [["F1"], "Unexpected argument 'F1'. Options: --short, --only, --seed, --store, --markdown, --help."],
    [
      ["--only"],
      "Option '--only <value>' argument missing. Options: --short, --only, --seed, --store, --markdown, --help.",
    ],
  ])("returns a one-line error for %j", (args, reason) => {
    expect(parse(...args)).toBe(reason);
  });
});
