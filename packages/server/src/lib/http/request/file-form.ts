import { invalidInput } from "../../service/errors/invalid-input.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** More than the boundaries and headers of one part come to. */
export const fileFormOverheadBytes = 4_096;

const boundaryPattern = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const fileHeader = /^content-disposition:[^\r\n]*;\s*name="?file"?\s*(?:;|\r|$)/im;
/** Each byte becomes one character, so that what is found in the text is there in the bytes. */
const byteText = new TextDecoder("latin1");

/** The boundary of a form's parts; `null` for another type. */
export function fileFormBoundary(contentType: string): string | null {
  const [, quoted, plain] = boundaryPattern.exec(contentType) ?? [];
  return quoted ?? plain ?? null;
}

/**
 * Takes the file out of a form that has one field, `file`, and nothing else: no parser of forms in general, which could be
 * kept busy with a million fields.
 *
 * @throws {ServiceError} malformed_request, invalid_input
 */
export function parseFileForm(body: Uint8Array, boundary: string): Uint8Array {
  const text = byteText.decode(body);
  const opening = `--${boundary}\r\n`;
  const delimiter = `\r\n--${boundary}`;
  const headEnd = text.indexOf("\r\n\r\n");
  const start = headEnd + 4;
  const end = headEnd < 0 ? -1 : text.indexOf(delimiter, start);
  if (!text.startsWith(opening) || end < 0) {
    throw new ServiceError("malformed_request", "The form broke off, or its parts are not divided by its boundary.");
  }
  const rest = text.slice(end + delimiter.length);
  const isOnly = rest === "--" || rest === "--\r\n";
  if (!isOnly || !fileHeader.test(text.slice(opening.length, headEnd))) {
    throw invalidInput("The form must have one field, the file, and nothing else.", ["file"]);
  }
  return body.subarray(start, end);
}
