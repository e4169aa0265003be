import type { InputFile } from "../../../ports/input-files.js";

/** An image as a file of a form. */
export function imageFile({ bytes, contentType }: InputFile, name: string): File {
  // A copy, because `File` does not accept bytes of a buffer that may be shared.
  return new File([Uint8Array.from(bytes)], `${name}.${contentType.replace(/^.*\//, "")}`, { type: contentType });
}
