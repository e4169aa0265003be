import { describe, expect, it, vi } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import type { StoredObject } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { createUnreadResponses } from "../request/unread-responses.js";
import { openMedia } from "./open-media.js";

const chunk = new Uint8Array([1, 2, 3]);

/** An object of three chunks, whose read fails before the chunk with the index `failsAt`. */
function objectOf({ failsAt = Number.NaN, cancel = () => {} } = {}): StoredObject {
  let index = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    if (index === failsAt) throw new Error("EIO");
    controller.enqueue(chunk);
    index += 1;
    if (index === 3) controller.close();
  };
  return { byteLength: 9, body: new ReadableStream({ pull, cancel }, { highWaterMark: 0 }) };
}

/** Opens objects of one process, of which two may be read at once. */
function opening() {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const unread = createUnreadResponses({ maxSize: 2 });
  const clock = fakeClock();
  const open = async (object: StoredObject): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const storage = { ...memoryStorage(), get: async () => object };
    const cut = (controller: ReadableStreamDefaultController<Uint8Array>, error: Error) => controller.error(error);
    const deps = { clock, logger, storage, unread };
    return (await openMedia(deps, { key: "r4nd/0", range: null, cut })).body.getReader();
  };
  return { clock, logger, open };
}

async function bytesOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<number> {
  let byteLength = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return byteLength;
    byteLength += value.byteLength;
  }
}

describe("openMedia", () => {
  it("rejects if the first chunk fails", async () => {
    const { logger, open } = opening();
    await expect(open(objectOf({ failsAt: 0 }))).rejects.toMatchObject({ code: "unavailable" });
    // The router logs the refusal.
    expect(logger.error).not.toHaveBeenCalled();
  });

  it("logs a failure of a later chunk once, without a stack", async () => {
    const { logger, open } = opening();
    const reader = await open(objectOf({ failsAt: 1 }));
    await expect(bytesOf(reader)).rejects.toThrow("The stored file broke off.");
    expect(logger.error.mock.calls).toEqual([
      ["A stored file broke off while it was sent.", { event: "media.cut", storage: "memory", error: "Error: EIO" }],
    ]);
  });

  it("ends when the storage sends nothing for 30 s after its first bytes, and cancels it in the storage", async () => {
    const { clock, logger, open } = opening();
    const cancel = vi.fn();
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void | Promise<void> =>
      pulled++ === 0 ? controller.enqueue(chunk) : new Promise(() => {});
    let pulled = 0;
    const reader = await open({ byteLength: 9, body: new ReadableStream({ pull, cancel }, { highWaterMark: 0 }) });
    const isRead = expect(bytesOf(reader)).rejects.toThrow("The stored file broke off.");
    await clock.advance(29_999);
    expect(logger.error).not.toHaveBeenCalled();
    await clock.advance(1);
    await isRead;
    expect(cancel).toHaveBeenCalledOnce();
    expect(logger.error).toHaveBeenCalledOnce();
  });

  it("closes the read without progress for the longest beyond the max, and cancels it in the storage", async () => {
    const { logger, open } = opening();
    const cancel = vi.fn();
    const progressing = await open(objectOf());
    const stalled = await open(objectOf({ cancel }));
    await progressing.read();
    const third = await open(objectOf());
    await expect(bytesOf(stalled)).rejects.toThrow("The client did not read the file.");
    expect(cancel).toHaveBeenCalledOnce();
    expect([await bytesOf(progressing), await bytesOf(third)]).toEqual([6, 9]);
    expect(logger.error).not.toHaveBeenCalled();
  });

  it("does not count reads that have ended", async () => {
    const { open } = opening();
    const first = await open(objectOf());
    await bytesOf(await open(objectOf()));
    const canceled = vi.fn();
    await (await open(objectOf({ cancel: canceled }))).cancel();
    expect(canceled).toHaveBeenCalledOnce();
    await expect(bytesOf(await open(objectOf({ failsAt: 2 })))).rejects.toThrow("broke off");
    await open(objectOf());
    expect(await bytesOf(first)).toBe(9);
  });
});
