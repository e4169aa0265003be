import { expect, it } from "vitest";
import { readBytes } from "./read-bytes.js";

it("returns null for a body that is too long, even if cancel rejects", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: () => Promise.reject(new Error("the connection is gone")),
  });
  expect(await readBytes(new Response(body), 15)).toBeNull();
});
