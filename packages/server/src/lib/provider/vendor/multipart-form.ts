import { isImageReference } from "../../generation/image-reference.js";
import type { InputImages } from "../../ports/input-images.js";
import { fromBase64 } from "./base64.js";
import { fieldsOf } from "./vendor-json.js";

const dataUrl = /^data:([\w.+-]+\/[\w.+-]+);base64,(.*)$/s;

/**
 * An input as a form: references to uploaded pictures and data URLs become files, what is `null` is left out, and what is
 * neither text nor a number is written as JSON.
 *
 * @throws {InputImageMissing} when an uploaded picture is gone.
 */
export async function toForm(input: unknown, images: InputImages): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fieldsOf(input))) {
    if (value === null || value === undefined) continue;
    const file = await toFile(value, images);
    if (file !== null) form.set(name, file, `${name}.${file.type.replace(/^.*\//, "")}`);
    else form.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return form;
}

/** `null` for what is no picture. */
async function toFile(value: unknown, images: InputImages): Promise<Blob | null> {
  if (isImageReference(value)) {
    const { bytes, contentType } = await images.read(value);
    return new Blob([Uint8Array.from(bytes)], { type: contentType });
  }
  const [, type = "", base64 = ""] = (typeof value === "string" && dataUrl.exec(value)) || [];
  const bytes = type === "" ? null : fromBase64(base64);
  return bytes && new Blob([Uint8Array.from(bytes)], { type });
}
