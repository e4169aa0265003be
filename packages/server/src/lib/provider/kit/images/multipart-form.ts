import { imageReferencesIn } from "../../../generation/image-reference.js";
import type { InputImages } from "../../../ports/input-images.js";
import { fieldsOf } from "../request/vendor-json.js";
import { pictureFile } from "./picture-file.js";
import { readPicture } from "./read-picture.js";

/**
 * An input as a form: references to uploaded pictures and data URLs become files, what is `null` is left out, and what is
 * neither text nor a number is written as JSON.
 *
 * @returns `null` when a reference is inside of what would be JSON, where it can be no file.
 * @throws {InputImageMissing} when an uploaded picture is gone.
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
