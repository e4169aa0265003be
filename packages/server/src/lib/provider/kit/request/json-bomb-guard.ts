/** A response with images has some hundreds of values, and one with a long log some ten thousand. */
const maxValues = 200_000;
/** JSON up to this size takes little memory in any shape. In bytes. */
const shortBytes = 1_048_576;
/** Characters that are encoded at once. */
const sliceLength = 65_536;

/** Checks the next chunk of a text. Returns `true` once the text is JSON with too many values. */
export type JsonBombGuard = (chunk: Uint8Array) => boolean;

/**
 * Detects JSON that is small and expands to much memory: two bytes can become an object of fifty. The guard runs over a
 * stream and keeps none of it. Other bytes, such as an image, always pass.
 *
 * @param max limit of values: objects, arrays, and elements that a comma follows.
 */
export function createJsonBombGuard(max = maxValues): JsonBombGuard {
  let length = 0;
  let values = 0;
  let isJson: boolean | null = null;
  let isInText = false;
  let isEscaped = false;
  return (chunk) => {
    length += chunk.byteLength;
    let at = 0;
    if (isJson === null) {
      at = chunk.findIndex((byte) => !isBlank(byte));
      if (at === -1) return false;
      isJson = chunk[at] === curly || chunk[at] === square;
    }
    if (!isJson) return false;
    for (; at < chunk.byteLength; at += 1) {
      const byte = chunk[at];
      if (isEscaped) isEscaped = false;
      else if (byte === quote) isInText = !isInText;
      else if (isInText) isEscaped = byte === backslash;
      else if (byte === comma || byte === curly || byte === square) values += 1;
    }
    return length > shortBytes && values > max;
  };
}

/** Whether a complete text is JSON with too many values. */
export function isJsonBomb(text: string): boolean {
  if (text.length <= shortBytes) return false;
  const watch = createJsonBombGuard();
  const encoder = new TextEncoder();
  for (let at = 0; at < text.length; at += sliceLength) {
    if (watch(encoder.encode(text.slice(at, at + sliceLength)))) return true;
  }
  return false;
}

const [comma, curly, square, quote, backslash] = [0x2c, 0x7b, 0x5b, 0x22, 0x5c];

/** JSON white space, or a byte of the UTF-8 byte order mark, which a decoder drops. */
function isBlank(byte: number): boolean {
  return [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].includes(byte);
}
