import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, it } from "node:test";

/** The short form runs the parts of the store's contract with most of its statements; `--long` runs all. */
const parts = ["submit", "settle", "keys in use", "repeats a late command"];
const isLong = process.env.HOSTS_LONG === "1";

/** Runs a contract inside workerd, by vitest. Fails with its output. */
async function run(file: string, ...args: readonly string[]): Promise<void> {
  const vitest = join(import.meta.dirname, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 0, output);
  // Vitest also succeeds if a filter matches no test.
  assert.match(output, /Tests .*\d+ passed/);
}

describe("inside workerd", { timeout: 600_000 }, () => {
  it("d1Store fulfills the contract of a store", () =>
    run("d1-store.contract.ts", ...(isLong ? [] : ["--testNamePattern", `as a store\\W+(${parts.join("|")})\\b`])));

  it("r2Storage fulfills the contract of a storage", () => run("r2-storage.contract.ts"));
});
