import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { ImageScaler } from "../../ports/image-scaler.js";
import type { InputImages } from "../../ports/input-images.js";

/**
 * Reads the placeholder of an uploaded image: its colors in some 25 bytes.
 *
 * @throws {InputImageMissing} when the image was deleted.
 */
export async function readInputPlaceholder(
  reference: string,
  { images, scaler }: { readonly images: InputImages; readonly scaler: ImageScaler },
): Promise<{ readonly inputPlaceholder: string } | { readonly failure: ProviderFailure }> {
  const { bytes, contentType } = await images.read(reference);
  let inputPlaceholder: string | null;
  try {
    inputPlaceholder = await scaler.placeholderOf(new Blob([Uint8Array.from(bytes)], { type: contentType }));
  } catch {
    return { failure: { code: "invalid_input", message: "Cannot read the input image: it is damaged or too large." } };
  }
  if (inputPlaceholder !== null) return { inputPlaceholder };
  return { failure: { code: "not_found", message: "Cannot read input images without sharp: install it." } };
}
