import type { InputImage, InputImages } from "../../ports/input-images.js";
import type { OpenaiInput } from "./openai-input.js";
import { readPicture } from "./read-picture.js";

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
 * @returns `null` when a picture in it is neither an uploaded one nor a data URL.
 * @throws {InputImageMissing} when an uploaded one is not there any more.
 */
export async function imagesRequest(
  { image, mask, markup, ...input }: OpenaiInput,
  images: InputImages,
  { model, partialImages }: ImagesRequestSettings,
): Promise<ImagesRequest | null> {
  const streaming = partialImages === null ? {} : { stream: true, partial_images: partialImages };
  const fields = { ...input, model, ...streaming };
  const given = image === undefined ? [] : [image].flat();
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
    form.append(name, toFile(read), `picture-${index + 1}.${read.contentType.replace("image/", "")}`);
  }
  // The boundary is the form's own: `fetch` writes the header.
  return { path: "/images/edits", headers: {}, body: form };
}

function toFile({ bytes, contentType }: InputImage): Blob {
  // A copy: a blob takes no bytes of a buffer that may be shared.
  return new Blob([new Uint8Array(bytes)], { type: contentType });
}
