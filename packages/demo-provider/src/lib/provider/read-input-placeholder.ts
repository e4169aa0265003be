import type { InputFiles, ProviderFailure } from "@safelight/server";

/**
 * Reads the placeholder of an uploaded image: its colors in about 25 bytes.
 *
 * @throws {InputFileUnavailable} if the image was deleted.
 */
export async function readInputPlaceholder(
  reference: string,
  options: {
    readonly files: InputFiles;
    /** Returns `null` without `sharp`. Throws if the image cannot be read. */
    readonly placeholderOf: (image: Blob) => Promise<string | null>;
  },
): Promise<{ readonly inputPlaceholder: string } | { readonly failure: ProviderFailure }> {
  const { bytes, contentType } = await options.files.read(reference);
  if (!contentType.startsWith("image/")) {
    const message = `The demo decodes no ${contentType.replace(/\/.*/, "")} files: use an image.`;
    return { failure: { code: "invalid_input", message } };
  }
  let inputPlaceholder: string | null;
  try {
    inputPlaceholder = await options.placeholderOf(new Blob([Uint8Array.from(bytes)], { type: contentType }));
  } catch {
    return { failure: { code: "invalid_input", message: "Cannot read the input image: it is damaged or too large." } };
  }
  if (inputPlaceholder !== null) return { inputPlaceholder };
  return { failure: { code: "not_found", message: "Cannot read input images without sharp: install it." } };
}
