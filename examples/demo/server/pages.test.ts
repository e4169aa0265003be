import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createPages } from "./pages.ts";

test("the content policy allows images and clips from the page's origin and from DEMO_PUBLIC_URL", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-demo-pages-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "index.html"), "<title>Safelight</title>");
  for (const [publicUrl, sources] of [
    [null, ["img-src 'self' data: blob:;", "media-src 'self' blob:;"]],
    [
      "https://demo.example.com",
      ["img-src 'self' data: blob: https://demo.example.com;", "media-src 'self' blob: https://demo.example.com;"],
    ],
  ] as const) {
    const app = createPages({ folder, identifyVisitor: (_, next) => next(), publicUrl });
    const response = await app.request("/");
    assert.equal(response.status, 200);
    const policy = `${response.headers.get("content-security-policy")};`;
    for (const source of sources) assert.ok(policy.includes(source), policy);
  }
});
