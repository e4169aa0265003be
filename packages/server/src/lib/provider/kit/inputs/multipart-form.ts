import { uploadReferencesIn } from "../../../generation/upload-reference.js";
import { asRecord } from "../../../json/as-record.js";
import type { InputFiles } from "../../../ports/input-files.js";
import { imageFile } from "./image-file.js";
import { readImage } from "./read-image.js";

/**
 * Converts an input to a form. References to uploaded images and data URLs become files, `null` is left out, and objects
 * are written as JSON.
 *
 * @returns `null` if a reference is nested in a value that would become JSON, which cannot contain a file.
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function toForm(input: unknown, files: InputFiles): Promise<FormData | null> {
  const form = new FormData();
  for (const [name, value] of Object.entries(asRecord(input))) {
    if (value === null || value === undefined) continue;
    const file = await readImage(value, files);
    if (file !== null) form.set(name, imageFile(file, name));
    else if (uploadReferencesIn(value).length > 0) return null;
    else form.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return form;
}
