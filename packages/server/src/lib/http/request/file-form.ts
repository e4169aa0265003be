import { invalidInput } from "../../service/errors/invalid-input.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** Upper bound for the boundaries and headers of one part. */
export const fileFormOverheadBytes = 4_096;

const boundaryPattern = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const fileHeader = /^content-disposition:[^\r\n]*;\s*name="?file"?\s*(?:;|\r|$)/im;
/** Decodes each byte to one character, so that positions in the text are positions in the bytes. */
const byteText = new TextDecoder("latin1");

/** The boundary of a multipart form; `null` for another content type. */
export function fileFormBoundary(contentType: string): string | null {
  const [, quoted, plain] = boundaryPattern.exec(contentType) ?? [];
  return quoted ?? plain ?? null;
}

/**
 * Extracts the file of a form whose only field is `file`. Not a general form parser: a form with a million
 * fields would block the process.
 *
 * @throws {ServiceError} malformed_request, invalid_input
 */
export function parseFileForm(body: Uint8Array, boundary: string): Uint8Array {
  const opening = `--${boundary}\r\n`;
  const delimiter = Uint8Array.from(`\r\n--${boundary}`, (character) => character.charCodeAt(0));
  const head = byteText.decode(body.subarray(0, fileFormOverheadBytes));
  const headEnd = head.indexOf("\r\n\r\n");
  const start = headEnd + 4;
  const byteLength = headEnd < 0 ? -1 : indexOfBytes(body.subarray(start), delimiter);
  if (!head.startsWith(opening) || byteLength < 0) {
    const reasons = `truncated, its headers exceed ${fileFormOverheadBytes} bytes, or the boundary does not match`;
    throw new ServiceError("malformed_request", `Malformed multipart body: ${reasons}.`);
  }
  const end = start + byteLength;
  const restStart = end + delimiter.byteLength;
  const rest = byteText.decode(body.subarray(restStart, restStart + "--\r\n".length + 1));
  const isOnly = rest === "--" || rest === "--\r\n";
  if (!isOnly || !fileHeader.test(head.slice(opening.length, headEnd))) {
    throw invalidInput("The form must have exactly one field, file.", ["file"]);
  }
  return body.subarray(start, end);
}

/**
 * Index of the first occurrence; -1 if there is none. A string of the body would take several times its memory.
 * Linear for any content: `part` begins with a byte that it has only once.
 */
function indexOfBytes(bytes: Uint8Array, part: Uint8Array): number {
  const [first] = part;
  for (let index = 0; index <= bytes.byteLength - part.byteLength; index += 1) {
    if (bytes[index] !== first) continue;
    let matched = 1;
    while (matched < part.byteLength && bytes[index + matched] === part[matched]) matched += 1;
    if (matched === part.byteLength) return index;
  }
  return -1;
}
