// @vitest-environment node
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

// Each is a program of its own: what one registers holds for all of its files.
const compile = (fixture: string): readonly string[] => {
  const project = fileURLToPath(new URL(`../../../fixtures/${fixture}/tsconfig.json`, import.meta.url));
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", project, "--pretty", "false"], { encoding: "utf8" });
  // An error and its explanation, which is indented.
  return stdout.split(/\n(?=\S)/).filter((error) => error.includes("error TS"));
};

describe("Register", () => {
  it("types the hooks that are imported directly", () => {
    expect(compile("registered")).toEqual([]);
  });

  it("is asked for by each of them in a compile error while it is empty", () => {
    const errors = compile("unregistered").filter((error) => !error.includes("suspense-page"));
    const lines = new Set(errors.map((error) => /\((\d+),/.exec(error)?.[1]));
    expect(lines).toEqual(new Set(["19", "20", "21", "22", "23", "24", "25", "26", "27", "28"]));
    expect(errors.filter((error) => error.includes("'NoAppIsRegistered'"))).toHaveLength(10);
  });

  it("is asked for by each of the suspense hooks, too", () => {
    const errors = compile("unregistered").filter((error) => error.includes("suspense-page"));
    expect(errors.map((error) => /\((\d+),/.exec(error)?.[1])).toEqual(["9", "10", "11", "12"]);
    expect(errors.filter((error) => error.includes("'NoAppIsRegistered'"))).toHaveLength(4);
  });
});
