/** The text of an answer, or as much of it as is read. */
export interface AnswerText {
  readonly text: string;
  readonly isWhole: boolean;
}

/**
 * Reads the text of an answer; what goes on beyond `mostBytes` is let go.
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
  // What is left says nothing that is needed, and the connection may hang.
  reader.cancel().catch(() => {});
  return { text, isWhole: false };
}
