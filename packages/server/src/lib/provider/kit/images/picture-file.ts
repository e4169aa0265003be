import type { InputImage } from "../../../ports/input-images.js";

/** A picture as a file of a form. */
export function pictureFile({ bytes, contentType }: InputImage, name: string): File {
  // A copy: a file takes no bytes of a buffer that may be shared.
  return new File([Uint8Array.from(bytes)], `${name}.${contentType.replace(/^.*\//, "")}`, { type: contentType });
}
