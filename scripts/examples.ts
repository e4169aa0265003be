import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pnpm, root } from "./command.ts";
import { findHeadlessChromium } from "./find-chromium.ts";
import { copyHostProject } from "./host-project.ts";
import { assertNoServerCode } from "./server-marks.ts";

// Tests examples that are not part of the check: installs the packed packages into a copy of each, checks its types, builds
// its page if it has one, and runs its tests. `node scripts/examples.ts product` runs one of them, and `--install`
// installs its folder in place. Run `scripts/release/pack.ts` first. The studio is part of the workspace: its types are in the
// check, and its page is built and tested where it is.

/** Folder of the files that browsers or phones load, by example; `null` without a page. */
const browserFolders: Readonly<Record<string, string | null>> = {
  expo: "dist",
  product: "dist",
  "react-router": "build/client",
  recipes: null,
  sveltekit: "build/client",
  "tanstack-start": "dist/client",
};
/** Examples of the same pages, with the same test. Each has its own `e2e/start-app.ts`. */
const posterExamples = ["react-router", "tanstack-start"];
const posterTest = "examples/hosts/posters.test.ts";
const inWorkspace = ["studio"];
const all = [...Object.keys(browserFolders), ...inWorkspace];
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { install: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown example "${unknown.join('", "')}". Use one of: ${all.join(", ")}.`);
  process.exit(2);
}
for (const name of positionals.length > 0 ? positionals : all) {
  if (inWorkspace.includes(name)) testInWorkspace(name);
  else if (options.install) installInPlace(name);
  else await testExample(name);
}

async function testExample(name: string): Promise<void> {
  const chromium = findHeadlessChromium(process.env);
  assert(chromium !== null, "Could not find Chromium: install one, or set CHROMIUM_PATH.");
  const browserFolder = browserFolders[name] ?? null;
  const project = copyHostProject(`examples/${name}`, {
    CHROMIUM_PATH: chromium,
    EXPO_NO_TELEMETRY: "1",
    SAFELIGHT_SECRET: randomBytes(32).toString("hex"),
  });
  if (posterExamples.includes(name)) cpSync(join(root, posterTest), join(project.folder, "e2e", "posters.test.ts"));
  try {
    await project.install();
    await project.run("node", "--run", "typecheck");
    if (browserFolder !== null) {
      await project.run("node", "--run", "build");
      assertNoServerCode(join(project.folder, browserFolder));
    }
    const { passed, failed, skipped } = await project.run("node", "--run", "test");
    console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  } finally {
    project.dispose();
  }
}

function testInWorkspace(name: string): void {
  const [program, ...args] = pnpm("--filter", `./examples/${name}`, "run", "e2e");
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  assert.equal(status, 0, `The tests of examples/${name} failed.`);
  assertNoServerCode(join(root, "examples", name, "dist"));
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
