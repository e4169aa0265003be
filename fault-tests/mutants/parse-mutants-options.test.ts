import { describe, expect, it } from "vitest";
import { parseMutantsOptions } from "./parse-mutants-options.js";

const guards = [
  {
    id: "settle.ts settleGuards.epoch",
    edits: [{ file: "src/lib/store/settle.ts", start: 0, end: 1, replacement: "" }],
  },
  { id: "claim.ts claimGuards.lease", edits: [] },
];

function parse(...args: string[]) {
  const options = parseMutantsOptions(args, { find: () => guards, cores: 2 });
  return typeof options === "string" ? options : { ...options, chosen: options.chosen.map(({ id }) => id) };
}

describe("parseMutantsOptions", () => {
  it("runs all guards by default, in as many processes as cores", () => {
    const chosen = guards.map(({ id }) => id);
    expect(parse()).toEqual({ store: "libsql", chosen, processes: 2, nearest: false, markdown: null, help: false });
  });

  it("selects guards by a part of their name, in any case", () => {
    expect(
      parse("--store", "postgres", "--only", "SETTLE", "--processes", "1", "--nearest", "--markdown", "page.md"),
    ).toEqual({
      store: "postgres",
      chosen: ["settle.ts settleGuards.epoch"],
      processes: 1,
      nearest: true,
      markdown: "page.md",
      help: false,
    });
  });

  it("selects the guards of a folder", () => {
    expect(parse("--only", "lib/store")).toMatchObject({ chosen: ["settle.ts settleGuards.epoch"] });
  });

  it("selects a sample: every second guard", () => {
    expect(parse("--every", "2")).toMatchObject({ chosen: ["settle.ts settleGuards.epoch"] });
  });

  it("shows the help without reading a source", () => {
    const find = () => {
      throw new Error("find was called");
    };
    expect(parseMutantsOptions(["--help"], { find, cores: 2 })).toMatchObject({ help: true });
  });

  it.each([
    [["--only", "nothing"], '--only: no guard has "nothing" in its name.'],
    [["--processes", "0"], "--processes takes a whole number from 1, not 0."],
    [["--every", "0"], "--every takes a whole number from 1, not 0."],
    [["--store", "mysql"], "--store takes libsql or postgres, not mysql."],
    [
      ["--short"],
      "Unknown option '--short'. Options: --store, --only, --every, --processes, --nearest, --markdown, --help.",
    ],
  ])("returns a one-line error for %j", (args, reason) => {
    expect(parse(...args)).toBe(reason);
  });
});
