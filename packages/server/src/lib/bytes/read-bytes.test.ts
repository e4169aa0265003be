import { expect, it } from "vitest";
import { readBytes } from "./read-bytes.js";

it("reads no body that is too long, also when it cannot be canceled", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: () => Promise.reject(new Error("the connection is gone")),
  });
  expect(await readBytes(new Response(body), 15)).toBeNull();
});
