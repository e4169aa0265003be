/** An answer about pictures has some hundreds, and one with a long log some ten thousands. */
const mostParts = 200_000;
/** What is shorter takes little memory, whatever it is made of. In bytes. */
const shortBytes = 1_048_576;
/** Characters that are looked at together. */
const sliceLength = 65_536;

/** Takes the next piece of a text, and tells whether so far it is JSON of too many parts. */
export type PartsWatch = (piece: Uint8Array) => boolean;

/**
 * Watches a text for JSON that is small and unpacks to much: two bytes of it can become an object of fifty. Each piece is
 * looked at once, and nothing is kept of it. What is no JSON, such as a picture, is never too much.
 *
 * @param most parts in all: objects, lists and what has a comma behind it.
 */
export function watchParts(most = mostParts): PartsWatch {
  let length = 0;
  let parts = 0;
  let isJson: boolean | null = null;
  let isInText = false;
  let isEscaped = false;
  return (piece) => {
    length += piece.byteLength;
    let at = 0;
    if (isJson === null) {
      at = piece.findIndex((byte) => !isBlank(byte));
      if (at === -1) return false;
      isJson = piece[at] === curly || piece[at] === square;
    }
    if (!isJson) return false;
    for (; at < piece.byteLength; at += 1) {
      const byte = piece[at];
      if (isEscaped) isEscaped = false;
      else if (byte === quote) isInText = !isInText;
      else if (isInText) isEscaped = byte === backslash;
      else if (byte === comma || byte === curly || byte === square) parts += 1;
    }
    return length > shortBytes && parts > most;
  };
}

/** The same for a text that is there as a whole. */
export function hasTooManyParts(text: string): boolean {
  if (text.length <= shortBytes) return false;
  const watch = watchParts();
  const encoder = new TextEncoder();
  for (let at = 0; at < text.length; at += sliceLength) {
    if (watch(encoder.encode(text.slice(at, at + sliceLength)))) return true;
  }
  return false;
}

const [comma, curly, square, quote, backslash] = [0x2c, 0x7b, 0x5b, 0x22, 0x5c];

/** White space of JSON, or a byte of the mark that UTF-8 may begin with, which a decoder leaves out. */
function isBlank(byte: number): boolean {
  return [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].includes(byte);
}
