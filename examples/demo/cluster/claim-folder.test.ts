import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SettingsError } from "../server/environment.ts";
import { claimFolder } from "./claim-folder.ts";

test("refuses a folder while the process that claimed it runs, and gives it to the next one after a crash", async (t) => {
  const folder = await tempFolder(t);
  const owner = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"]);
  t.after(() => owner.kill("SIGKILL"));
  await writeFile(join(folder, "cluster.pid"), String(owner.pid));
  await assert.rejects(
    claimFolder(folder),
    (error) => error instanceof SettingsError && error.message.startsWith(`Process ${owner.pid} runs a cluster in`),
  );
  const exit = once(owner, "exit");
  owner.kill("SIGKILL");
  await exit;
  const release = await claimFolder(folder);
  await release();
  assert.deepEqual(await readdir(folder), []);
});

async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-claim-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}
