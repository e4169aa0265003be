import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { deriveKey, loadDemoSecret } from "./demo-secret.ts";

test("concurrent starts create one secret, in a file that only its owner can read", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-secret-"));
  context.after(() => rm(folder, { recursive: true }));
  // Repeated, since one round could pass by chance.
  for (let round = 0; round < 20; round += 1) {
    const file = join(folder, String(round), "demo.secret");
    const secrets = await Promise.all(Array.from({ length: 20 }, () => loadDemoSecret(file)));
    assert.equal(new Set([...secrets, await loadDemoSecret(file)]).size, 1);
  }
  const file = join(folder, "new", "demo.secret");
  assert.match(await loadDemoSecret(file), /^[0-9a-f]{64}$/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(folder, "new")), ["demo.secret"]);
});

test("derives different keys for different purposes", () => {
  assert.notEqual(deriveKey("secret", "visitor"), deriveKey("secret", "safelight"));
});
