import { isImageReference } from "../../generation/image-reference.js";
import type { InputImages } from "../../ports/input-images.js";
import { toBase64 } from "./base64.js";

/**
 * An input with every reference to an uploaded picture replaced by what a vendor can read: a URL, or the picture itself as
 * a data URL where the host has none that vendors reach.
 *
 * @throws {InputImageMissing} when a picture is not there any more.
 */
export async function resolveImages(input: unknown, images: InputImages): Promise<unknown> {
  if (isImageReference(input)) return (await images.urlOf(input)) ?? dataUrlOf(input, images);
  if (Array.isArray(input)) return Promise.all(input.map((part) => resolveImages(part, images)));
  if (typeof input !== "object" || input === null) return input;
  const fields = Object.entries(input).map(async ([name, part]) => [name, await resolveImages(part, images)] as const);
  return Object.fromEntries(await Promise.all(fields));
}

/** The picture itself as a data URL. */
export async function dataUrlOf(reference: string, images: InputImages): Promise<string> {
  const { bytes, contentType } = await images.read(reference);
  return `data:${contentType};base64,${toBase64(bytes)}`;
}
