import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pages } from "./pages.ts";

test("pictures come from the page's own origin, and from the public one where there is one", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-demo-pages-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "index.html"), "<title>Safelight</title>");
  for (const [publicUrl, sources] of [
    [null, "img-src 'self' data: blob:;"],
    ["https://demo.example.com", "img-src 'self' data: blob: https://demo.example.com;"],
  ] as const) {
    const answer = await pages(folder, (_, next) => next(), publicUrl).request("/");
    assert.equal(answer.status, 200);
    assert.ok(answer.headers.get("content-security-policy")?.includes(sources), String(publicUrl));
  }
});
