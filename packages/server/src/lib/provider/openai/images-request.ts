import { uploadReferencesIn } from "../../generation/upload-reference.js";
import type { InputFiles } from "../../ports/input-files.js";
import { imageFile } from "../kit/inputs/image-file.js";
import { readImage } from "../kit/inputs/read-image.js";
import type { OpenaiInput } from "./openai-input.js";

/** Settings from the model and the adapter. */
export interface ImagesRequestSettings {
  readonly model: string;
  /** Number of previews, 0 to 3; `null` for a response without a stream. */
  readonly partialImages: number | null;
}

/** One request to the Images API. */
export interface ImagesRequest {
  readonly path: "/images/generations" | "/images/edits";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormData;
}

/**
 * Converts an input to a request: an edit if it has images, else a generation.
 *
 * @returns `null` if an image is neither uploaded nor a data URL, or is in a field that takes no image, such as a mask
 * without an image.
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function imagesRequest(
  { image, mask, markup, ...input }: OpenaiInput,
  {
    files,
    settings: { model, partialImages },
  }: { readonly files: InputFiles; readonly settings: ImagesRequestSettings },
): Promise<ImagesRequest | null> {
  if (uploadReferencesIn(input).length > 0) return null;
  const streaming = partialImages === null ? {} : { stream: true, partial_images: partialImages };
  const fields = { ...input, model, ...streaming };
  const given = image === undefined ? [] : [image].flat();
  // OpenAI would silently ignore the mask, and the wrong image would be paid for.
  if (given.length === 0 && (mask ?? markup) !== undefined) return null;
  if (given.length === 0) {
    const headers = { "content-type": "application/json" };
    return { path: "/images/generations", headers, body: JSON.stringify(fields) };
  }
  const named = [
    ...given.map((source) => ["image[]", source] as const),
    ...[["mask", mask] as const, ["markup", markup] as const].filter(([, source]) => source !== undefined),
  ];
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null)
      form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  for (const [index, [name, source]] of named.entries()) {
    const read = await readImage(source, files);
    if (read === null) return null;
    form.append(name, imageFile(read, `image-${index + 1}`));
  }
  // `fetch` sets the content type of a form, with its boundary.
  return { path: "/images/edits", headers: {}, body: form };
}
