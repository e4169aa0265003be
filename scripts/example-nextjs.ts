import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, root, runCommand } from "./command.ts";
import { findChromium } from "./find-chromium.ts";
import { repositoryFiles } from "./repository-files.ts";
import { assertNothingOfTheServer } from "./server-marks.ts";
import { packageFolders, tarballOf } from "./tarballs.ts";

// Installs the packed packages into a copy of `examples/nextjs`, builds it, looks into what browsers are sent of it, and
// drives it in a real Chromium. Needs `scripts/pack.ts` to have run. The last line is for machines:
// `N passed, N failed, N skipped`.
const example = "examples/nextjs/";
const chromium = findChromium(process.env);
assert(chromium !== null, "no Chromium was found: install one, or set CHROMIUM_PATH");
const project = mkdtempSync(join(tmpdir(), "safelight-nextjs-"));
const secret = (): string => randomBytes(32).toString("hex");
const env = {
  CHROMIUM_PATH: chromium,
  NEXT_TELEMETRY_DISABLED: "1",
  SAFELIGHT_SECRET: secret(),
  VISITOR_SECRET: secret(),
};
try {
  copyExample();
  await step("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error");
  await step("npm", "run", "build");
  assertNothingOfTheServer(join(project, ".next", "static"));
  await step("npm", "test");
} finally {
  rmSync(project, { recursive: true, force: true });
}

function copyExample(): void {
  // What people have beside it is theirs: their secrets, their database, their pictures.
  const theirs = /\.(local|db|db-shm|db-wal)$|^media\/|^package-lock\.json$/;
  const files = repositoryFiles().flatMap((path) => (path.startsWith(example) ? [path.slice(example.length)] : []));
  for (const file of files.filter((path) => !theirs.test(path))) {
    cpSync(join(root, example, file), join(project, file), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  for (const folder of packageFolders) manifest.dependencies[`@safelight/${folder}`] = `file:${tarballOf(folder)}`;
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest, null, 2));
}

async function step(...command: Command): Promise<void> {
  // All of them together: less than what the check gives them.
  const { succeeded, output } = await runCommand(command, { cwd: project, env, timeoutMs: 180_000 });
  console.log(`$ ${command.join(" ")}\n${output}${countsOf(output)}`);
  assert(succeeded, `${command.join(" ")} failed in the copy of ${example}`);
}

/** What `node --test` says of its tests at its end, as the check reads it; nothing where there were none. */
function countsOf(output: string): string {
  const said = /^. pass (\d+)\n. fail (\d+)\n. cancelled (\d+)\n. skipped (\d+)$/m.exec(output);
  if (said === null) return "";
  const [passed = 0, failed = 0, canceled = 0, skipped = 0] = said.slice(1).map(Number);
  return `${passed} passed, ${failed + canceled} failed, ${skipped} skipped`;
}
