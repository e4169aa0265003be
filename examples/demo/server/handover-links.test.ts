import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { createHandoverLinks, handoverLifetimeMs, maxOpenLinks } from "./handover-links.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "safelight-handover-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("concurrent redemptions of a token return its visitor once", async () => {
  const { token } = await createHandoverLinks(folder).create("visitor_1");
  const results = await Promise.all(Array.from({ length: 10 }, () => createHandoverLinks(folder).redeem(token)));
  assert.deepEqual(
    results.filter((visitorId) => visitorId !== null),
    ["visitor_1"],
  );
});

test("an unknown token redeems to null", async () => {
  for (const token of ["../demo.secret", "", "0123456789abcdef", "0123456789abcdef/../../demo.secret"]) {
    assert.equal(await createHandoverLinks(folder).redeem(token), null);
  }
});

test("an expired token redeems to null, and the next create deletes its file", async () => {
  let now = Date.now();
  const links = createHandoverLinks(folder, () => now);
  const old = await links.create("visitor_1");
  now += handoverLifetimeMs;
  assert.equal(await links.redeem(old.token), null);
  const unused = await links.create("visitor_1");
  now += 2 * handoverLifetimeMs + 1_000;
  await links.create("visitor_2");
  assert.equal((await readdir(folder)).length, 1);
  assert.equal(await links.redeem(unused.token), null);
});

test("a visitor keeps only the newest links, and other visitors keep theirs", async () => {
  const links = createHandoverLinks(folder);
  const other = await links.create("visitor_2");
  for (let count = 0; count < 20; count += 1) await links.create("visitor_1");
  const newest = await links.create("visitor_1");
  assert.equal((await readdir(folder)).length, maxOpenLinks + 1);
  assert.equal(await links.redeem(newest.token), "visitor_1");
  assert.equal(await links.redeem(other.token), "visitor_2");
});
