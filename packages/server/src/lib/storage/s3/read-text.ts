/** The text of a response, or its first part. */
export interface AnswerText {
  readonly text: string;
  readonly isWhole: boolean;
}

/**
 * Reads up to `mostBytes` of a response as text, and discards the rest.
 *
 * @throws when the connection breaks.
 */
export async function readText({ body }: Response, mostBytes: number): Promise<AnswerText> {
  if (body === null) return { text: "", isWhole: true };
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let left = mostBytes;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), isWhole: true };
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
    if (left < 0) break;
  }
  // Not awaited: the connection may hang.
  reader.cancel().catch(() => {});
  return { text, isWhole: false };
}
