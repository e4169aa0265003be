import { imageReferencesIn } from "../../../generation/image-reference.js";
import type { InputImages } from "../../../ports/input-images.js";
import { fieldsOf } from "../request/vendor-json.js";
import { pictureFile } from "./picture-file.js";
import { readPicture } from "./read-picture.js";

/**
 * Converts an input to a form. References to uploaded images and data URLs become files, `null` is left out, and objects
 * are written as JSON.
 *
 * @returns `null` if a reference is nested in a value that would become JSON, which cannot contain a file.
 * @throws {InputImageMissing} if an uploaded image was deleted.
 */
export async function toForm(input: unknown, images: InputImages): Promise<FormData | null> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fieldsOf(input))) {
    if (value === null || value === undefined) continue;
    const picture = await readPicture(value, images);
    if (picture !== null) form.set(name, pictureFile(picture, name));
    else if (imageReferencesIn(value).length > 0) return null;
    else form.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return form;
}
