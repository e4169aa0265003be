import { createGrowingBuffer } from "./growing-buffer.js";

/**
 * Reads a body to its end.
 *
 * @param exceedsLimit called with each chunk as it arrives; `true` stops the read.
 * @returns `null` when the body is longer than `maxBytes` or `exceedsLimit` returned `true`. The rest is not read.
 */
export async function readBytes(
  response: Response,
  {
    maxBytes,
    exceedsLimit = () => false,
  }: { readonly maxBytes: number; readonly exceedsLimit?: ((chunk: Uint8Array) => boolean) | undefined },
): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array();
  const buffer = createGrowingBuffer({ maxBytes });
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return buffer.view();
    if (buffer.byteLength + value.byteLength > maxBytes || exceedsLimit(value)) {
      // The body is too long even if canceling it fails.
      await reader.cancel().catch(() => undefined);
      return null;
    }
    buffer.append(value);
  }
}
