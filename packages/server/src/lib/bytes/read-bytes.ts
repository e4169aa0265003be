import { createGrowingBuffer } from "./growing-buffer.js";

/** Limits of a read. */
export interface ReadLimits {
  /** Max length of the body. */
  readonly maxBytes: number;
  /** Called with each chunk as it arrives; `true` stops the read, and an error rejects it. */
  readonly exceedsLimit?: (chunk: Uint8Array) => boolean;
  /** Cancels the body when it aborts; the result is then undefined. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a body to its end. Cancels the rest of an unfinished one.
 *
 * @param body `null` for a message without one.
 * @returns `null` when the body is longer than `maxBytes` or `exceedsLimit` returned `true`.
 */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, exceedsLimit = () => false, signal }: ReadLimits,
): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array();
  const buffer = createGrowingBuffer({ maxBytes });
  const reader = body.getReader();
  // Not awaited: the sender may hang.
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return buffer.view();
      if (buffer.byteLength + value.byteLength > maxBytes || exceedsLimit(value)) break;
      buffer.append(value);
    }
  } catch (error) {
    cancel();
    throw error;
  }
  cancel();
  return null;
}
