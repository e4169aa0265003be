import { expect, it } from "vitest";
import { inOneChunkObject } from "../../../testing/fakes/one-chunk-object.js";
import { readBytes } from "./read-bytes.js";

it("returns null for a body that is too long, even if cancel rejects", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: () => Promise.reject(new Error("the connection is gone")),
  });
  expect(await readBytes(new Response(body), { maxBytes: 15 })).toBeNull();
});

it("copies each chunk as it arrives, because a list of small chunks costs hundreds of bytes for each", async () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  expect(await readBytes(new Response(inOneChunkObject(bytes)), { maxBytes: 10 })).toEqual(bytes);
});
