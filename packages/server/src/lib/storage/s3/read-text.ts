/** The text of a response, or its first part. */
export interface LimitedText {
  readonly text: string;
  readonly isComplete: boolean;
}

/**
 * Reads up to `maxBytes` of a response as text, and discards the rest.
 *
 * @throws when the connection breaks.
 */
export async function readText({ body }: Response, maxBytes: number): Promise<LimitedText> {
  if (body === null) return { text: "", isComplete: true };
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let remaining = maxBytes;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), isComplete: true };
    text += decoder.decode(value.subarray(0, remaining), { stream: true });
    remaining -= value.byteLength;
    if (remaining < 0) break;
  }
  // Not awaited: the connection may hang.
  reader.cancel().catch(() => {});
  return { text, isComplete: false };
}
