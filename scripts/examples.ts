import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { Counts } from "./check/check-steps.ts";
import { type Command, root, runCommand } from "./command.ts";
import { writeExampleResult } from "./example-results.ts";
import { type ExampleTest, exampleTests, manifestFolderOf } from "./example-tests.ts";
import { findHeadlessChromium } from "./find-chromium.ts";
import { copyHostProject, testCountsOf } from "./host-project.ts";
import { assertNoServerCode } from "./server-marks.ts";

// Tests examples, and writes their results into docs/versions.md. For most, it installs the packed packages into a copy, checks
// its types, builds its page if it has one, and runs its tests. `node scripts/examples.ts product` runs one of them, and
// `--install` installs its folder in place. Run `scripts/release/pack.ts` first.
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { install: { type: "boolean", default: false } },
});
const all = Object.keys(exampleTests);
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown example "${unknown.join('", "')}". Use one of: ${all.join(", ")}.`);
  process.exit(2);
}
for (const [name, test] of Object.entries(exampleTests)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  if (options.install) installInPlace(name);
  else await testExample(name, test);
}

async function testExample(name: string, test: ExampleTest): Promise<void> {
  const counts = test.command === null ? await testCopy(name, test) : await testInPlace(name, test.command);
  if (test.command !== null && test.browserFolder !== null) {
    assertNoServerCode(join(root, "examples", name, test.browserFolder));
  }
  const ranOn = new Date().toISOString().slice(0, 10);
  await writeExampleResult({ name, manifest: manifestFolderOf(name), packages: test.packages, ranOn, counts });
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}

async function testCopy(name: string, { browserFolder, sharedTest }: ExampleTest): Promise<Counts> {
  const chromium = findHeadlessChromium(process.env);
  assert(chromium !== null, "Could not find Chromium: install one, or set CHROMIUM_PATH.");
  const project = copyHostProject(`examples/${name}`, {
    CHROMIUM_PATH: chromium,
    EXPO_NO_TELEMETRY: "1",
    SAFELIGHT_SECRET: randomBytes(32).toString("hex"),
  });
  if (sharedTest !== null) cpSync(join(root, sharedTest), join(project.folder, "e2e", basename(sharedTest)));
  try {
    await project.install();
    await project.run("node", "--run", "typecheck");
    if (browserFolder !== null) {
      await project.run("node", "--run", "build");
      assertNoServerCode(join(project.folder, browserFolder));
    }
    return await project.run("node", "--run", "test");
  } finally {
    project.dispose();
  }
}

async function testInPlace(name: string, command: Command): Promise<Counts> {
  const { output, succeeded } = await runCommand(command, {
    cwd: join(root, "examples", name),
    onOutput: (text) => process.stdout.write(text),
  });
  assert(succeeded, `The tests of examples/${name} failed.`);
  // The sum of a script of this repository, or the totals of `node --test`.
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output)?.map(Number) ?? [];
  if (passed === undefined || failed === undefined || skipped === undefined) return testCountsOf(output);
  return { passed, failed, skipped };
}

/** Installs without a lock file: packages that are packed again have the same version but another hash. */
function installInPlace(name: string): void {
  const cwd = join(root, "examples", name);
  rmSync(join(cwd, "node_modules"), { recursive: true, force: true });
  const { status } = spawnSync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"], {
    cwd,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  assert.equal(status, 0, `npm install failed in ${cwd}`);
}
