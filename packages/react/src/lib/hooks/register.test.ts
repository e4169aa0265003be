// @vitest-environment node
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

// Each fixture is a separate program, because a registration applies to all files of a program.
const compile = (fixture: string): readonly string[] => {
  const project = fileURLToPath(new URL(`../../../fixtures/${fixture}/tsconfig.json`, import.meta.url));
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", project, "--pretty", "false"], { encoding: "utf8" });
  // An error with its indented explanation.
  return stdout.split(/\n(?=\S)/).filter((error) => error.includes("error TS"));
};

describe("Register", () => {
  it("types the hooks that are imported directly", () => {
    expect(compile("registered")).toEqual([]);
  });

  it("reports a compile error at each direct hook while it is empty", () => {
    const errors = compile("unregistered").filter((error) => !/(suspense|quote|notices)-page/.test(error));
    const lines = new Set(errors.map((error) => /\((\d+),/.exec(error)?.[1]));
    expect(lines).toEqual(new Set(["16", "17", "18", "19", "20", "21", "22"]));
    expect(errors.filter((error) => error.includes("'NoAppIsRegistered'"))).toHaveLength(7);
  });

  it("reports a compile error at each suspense hook while it is empty", () => {
    const errors = compile("unregistered").filter((error) => error.includes("suspense-page"));
    expect(errors.map((error) => /\((\d+),/.exec(error)?.[1])).toEqual(["9", "10", "11", "12"]);
    expect(errors.filter((error) => error.includes("'NoAppIsRegistered'"))).toHaveLength(4);
  });

  it("reports a compile error at each notice hook while it is empty", () => {
    const errors = compile("unregistered").filter((error) => error.includes("notices-page"));
    expect(errors.map((error) => /\((\d+),/.exec(error)?.[1])).toEqual(["4", "5", "6"]);
    expect(errors.filter((error) => error.includes("'NoAppIsRegistered'"))).toHaveLength(3);
  });

  it("reports a compile error at the quote hook while it is empty", () => {
    const errors = compile("unregistered").filter((error) => error.includes("quote-page"));
    expect(errors.map((error) => /\((\d+),/.exec(error)?.[1])).toEqual(["4"]);
    expect(errors.filter((error) => error.includes("'NoAppIsRegistered'"))).toHaveLength(1);
  });
});
