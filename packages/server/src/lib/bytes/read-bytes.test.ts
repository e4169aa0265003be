import { expect, it } from "vitest";
import { inOneChunkObject } from "../../../testing/fakes/one-chunk-object.js";
import { readBytes } from "./read-bytes.js";

it("returns null for a body that is too long, even if cancel rejects", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: () => Promise.reject(new Error("the connection is gone")),
  });
  expect(await readBytes(body, { maxBytes: 15 })).toBeNull();
});

it("copies each chunk as it arrives, because a list of small chunks costs hundreds of bytes for each", async () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  expect(await readBytes(inOneChunkObject(bytes), { maxBytes: 10 })).toEqual(bytes);
});

it("cancels the body when a chunk is refused, or when the signal aborts", async () => {
  for (const exceedsLimit of [() => true, throwing]) {
    const { body, canceled } = endless();
    const result = await readBytes(body, { maxBytes: 100, exceedsLimit }).catch((error: unknown) => error);
    expect(result).toEqual(exceedsLimit === throwing ? new Error("refused") : null);
    await canceled;
  }
  const { body, canceled } = endless();
  const controller = new AbortController();
  const reading = readBytes(body, {
    maxBytes: Number.POSITIVE_INFINITY,
    exceedsLimit: () => {
      controller.abort();
      return false;
    },
    signal: controller.signal,
  });
  await canceled;
  await reading;
});

const throwing = (): boolean => {
  throw new Error("refused");
};

function endless() {
  let cancel = () => {};
  const canceled = new Promise<void>((resolve) => {
    cancel = resolve;
  });
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: () => cancel(),
  });
  return { body, canceled };
}
