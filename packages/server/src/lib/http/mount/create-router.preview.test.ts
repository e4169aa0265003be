import { describe, expect, it } from "vitest";
import { z } from "zod";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { generationOf, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { defineModel } from "../../model/define-model.js";
import type { OperationStatus } from "../../ports/provider.js";

const developing = (progress: number, shade: number): OperationStatus => ({
  type: "running",
  progress,
  preview: { bytes: tinyPng(shade), contentType: "image/png" },
});

/** A server whose model has two previews, and completes at the third poll. */
async function withPreviews() {
  const provider = scriptedProvider<{ prompt: string }>({
    capabilities: { progress: true, previews: true },
    poll: [developing(0.25, 1), developing(1, 2), done(3)],
  });
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
  const server = await testServer({ models: { flux } });
  const ann = server.as("ann");
  const { id } = await ann.submit();
  /** Lets the worker poll once, and returns the owner's view. */
  const poll = async () => {
    await server.safelight.worker.tick();
    server.clock.skip(10_000);
    return generationOf(await ann.get(`/${id}`));
  };
  await poll();
  return { server, ann, id, poll };
}

describe("GET /:id/preview", () => {
  it("is served by session and by its signed URL, with a new URL for each preview", async () => {
    const { server, poll } = await withPreviews();
    const first = await poll();
    const second = await poll();
    expect(first.progress).toMatchObject({ value: 0.25, source: "provider" });
    // The provider reports 1, but the output is not stored yet.
    expect(second.progress).toMatchObject({ value: 0.99 });
    const [one, two] = [first, second].map(
      ({ progress }) => progress.previewUrl?.replace("/api/generations", "") ?? "",
    );
    expect(one).not.toBe(two);

    const response = await server.request(null, two ?? "");
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toMatch(/^"[0-9a-f]{64}"$/);
    expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(tinyPng(2));
    const part = await server.as("ann").get((two ?? "").split("?")[0] ?? "", { range: "bytes=-4" });
    expect(part.status).toBe(206);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(tinyPng(2).slice(-4));
  });

  it("does not exist before the first preview and after the end", async () => {
    const { server, ann, id, poll } = await withPreviews();
    expect((await ann.get(`/${id}/preview`)).status).toBe(404);
    const url = (await poll()).progress.previewUrl?.replace("/api/generations", "") ?? "";
    const ended = await ann.finish(id);
    expect(ended.progress).toMatchObject({ value: 1, previewUrl: null });
    expect((await ann.get(`/${id}/preview`)).status).toBe(404);
    expect((await server.request(null, url)).status).not.toBe(200);
  });

  it("responds 404 when its bytes are gone, whole or in part", async () => {
    const { server, ann, id, poll } = await withPreviews();
    await poll();
    server.storage.get = async () => null;
    expect((await ann.get(`/${id}/preview`)).status).toBe(404);
    expect((await ann.get(`/${id}/preview`, { range: "bytes=0-3" })).status).toBe(404);
  });
});
