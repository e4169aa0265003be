import { imageReferencesIn } from "../../generation/image-reference.js";
import type { InputImages } from "../../ports/input-images.js";
import { pictureFile } from "../kit/images/picture-file.js";
import { readPicture } from "../kit/images/read-picture.js";
import type { OpenaiInput } from "./openai-input.js";

/** What the model's definition and the adapter's options add to an input. */
export interface ImagesRequestSettings {
  readonly model: string;
  /** Previews, 0 to 3; `null` for an answer that is no stream. */
  readonly partialImages: number | null;
}

/** One request to the Images API. */
export interface ImagesRequest {
  readonly path: "/images/generations" | "/images/edits";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormData;
}

/**
 * Words an input as a request: with pictures as an edit, without as a generation.
 *
 * @returns `null` when a picture in it is neither an uploaded one nor a data URL, or is where no picture goes, such as a mask
 * of nothing.
 * @throws {InputImageMissing} when an uploaded one is not there any more.
 */
export async function imagesRequest(
  { image, mask, markup, ...input }: OpenaiInput,
  images: InputImages,
  { model, partialImages }: ImagesRequestSettings,
): Promise<ImagesRequest | null> {
  if (imageReferencesIn(input).length > 0) return null;
  const streaming = partialImages === null ? {} : { stream: true, partial_images: partialImages };
  const fields = { ...input, model, ...streaming };
  const given = image === undefined ? [] : [image].flat();
  // It would be dropped without a word, and a picture paid for that nobody wanted.
  if (given.length === 0 && (mask ?? markup) !== undefined) return null;
  if (given.length === 0) {
    const headers = { "content-type": "application/json" };
    return { path: "/images/generations", headers, body: JSON.stringify(fields) };
  }
  const named = [
    ...given.map((picture) => ["image[]", picture] as const),
    ...[["mask", mask] as const, ["markup", markup] as const].filter(([, picture]) => picture !== undefined),
  ];
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null)
      form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  for (const [index, [name, picture]] of named.entries()) {
    const read = await readPicture(picture, images);
    if (read === null) return null;
    form.append(name, pictureFile(read, `picture-${index + 1}`));
  }
  // The boundary is the form's own: `fetch` writes the header.
  return { path: "/images/edits", headers: {}, body: form };
}
