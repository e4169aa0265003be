import type { FailedGeneration } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { defineModel } from "../model/define-model.js";
import { imageInput } from "../model/upload-input.js";
import type { InputFile } from "../ports/input-files.js";

interface Input {
  readonly image: string;
  readonly masks: readonly string[];
}

const dayMs = 86_400_000;
const image = tinyPng(7);

/** A server whose provider reads its input image in both ways, and records what it received. */
async function withImages(options: { readonly publicUrl?: string } = {}) {
  const read: InputFile[] = [];
  const urls: (string | null)[] = [];
  const provider = scriptedProvider<Input>({
    capabilities: { resumable: false },
    submit: [
      async ({ files, input }) => {
        read.push(await files.read(input.image));
        urls.push(await files.urlOf(input.image));
        return { type: "done", outputs: [{ bytes: tinyPng(200), contentType: "image/png" }] };
      },
    ],
  });
  const input = z.object({ image: imageInput(), masks: z.array(imageInput()).default([]) });
  const server = await testServer({ models: { flux: defineModel({ provider, input, credits: 4 }) }, ...options });
  const ann = server.as("ann");
  const upload = async () => (await server.safelight.api.uploadInput({ ownerId: "ann" }, image)).id;
  return { server, ann, read, urls, upload };
}

describe("image to image", () => {
  it("passes the uploaded image to the provider", async () => {
    const { ann, read, urls, upload } = await withImages();
    const { id } = await ann.submit({ image: await upload() });
    expect(await ann.finish(id)).toMatchObject({ status: "completed" });
    expect(read).toEqual([{ bytes: image, contentType: "image/png" }]);
    // Without `publicUrl`, no vendor can reach the server.
    expect(urls).toEqual([null]);
  });

  it("passes the vendor a URL of the image, valid for an hour", async () => {
    const { server, ann, urls, upload } = await withImages({ publicUrl: "https://host.example" });
    const { id } = await ann.submit({ image: await upload() });
    await server.safelight.worker.tick();
    const [url = ""] = urls;
    expect(url).toMatch(/^https:\/\/host\.example\/api\/generations\/inputs\/inp_/);
    const path = url?.replace("https://host.example/api/generations", "") ?? "";
    server.clock.skip(3_599_000);
    const response = await server.request(null, path);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(image);
    server.clock.skip(2_000);
    expect((await server.request(null, path)).status).toBe(401);
    expect(await ann.finish(id)).toMatchObject({ status: "completed" });
  });

  it.each(["http://localhost:3000", "https://localhost:3000", "http://host.example", "https://10.0.0.7"])(
    "passes the vendor no URL of %s, which it cannot reach",
    async (publicUrl) => {
      const { ann, urls, upload } = await withImages({ publicUrl });
      const { id } = await ann.submit({ image: await upload() });
      expect(await ann.finish(id)).toMatchObject({ status: "completed" });
      expect(urls).toEqual([null]);
    },
  );

  it("refuses an invalid reference with the path of the field", async () => {
    const { ann, upload } = await withImages();
    const input = { image: await upload(), masks: ["https://evil.example/a.png"] };
    const problem = await problemOf(await ann.post("", { model: "flux", input }));
    expect(problem).toMatchObject({ code: "invalid_input", issues: [{ path: ["masks", 0] }] });
  });

  it("fails with a full refund when the image was deleted after the submit", async () => {
    const { server, ann, read, upload } = await withImages();
    const image = await upload();
    const { id } = await ann.submit({ image });
    // Deletes the object behind the store, like a lifecycle rule of a bucket.
    await server.storage.delete((await server.store.getInput({ id: image }))?.storageKey ?? "");
    // A failed generation has an error.
    const { error, refundedCredits } = (await ann.finish(id)) as FailedGeneration;
    expect([error.code, refundedCredits, read]).toEqual(["provider_rejected_input", 4, []]);
    expect(await bodyOf(await ann.get("/credits"))).toMatchObject({ balance: 100 });
  });

  it("deletes an image a week after the last submit with a reference to it", async () => {
    const { server, ann, upload } = await withImages();
    const [used, unused] = [await upload(), await upload()];
    server.clock.skip(3 * dayMs);
    const { id } = await ann.submit({ image: used });
    await ann.finish(id);
    const statusOf = async (image: string) => (await ann.get(`/inputs/${image}`)).status;
    server.clock.skip(4 * dayMs);
    await server.safelight.worker.tick();
    expect([await statusOf(used), await statusOf(unused)]).toEqual([200, 404]);
    server.clock.skip(3 * dayMs);
    await server.safelight.worker.tick();
    expect(await statusOf(used)).toBe(404);
    expect((await ann.post(`/${id}/retry`)).status).toBe(422);
  });
});
