/** The parts of response bodies that contain URLs: generations and uploaded images. Every member may be missing. */
type ResponseBody = Partial<Record<(typeof members)[number], UrlHolder | null | readonly (UrlHolder | null)[]>>;

interface UrlHolder {
  url?: unknown;
  thumbnailUrl?: unknown;
  readonly progress?: { previewUrl?: unknown } | null;
  readonly outputs?: readonly { url?: unknown; thumbnailUrl?: unknown }[] | null;
}

const members = ["generation", "generations", "unseen", "changed", "input"] as const;

/**
 * Prefixes the relative URLs of outputs, previews and uploads with an origin. Mutates the body, so pass a fresh one.
 * Inputs and metadata are user data and stay unchanged.
 */
export function resolveUrls(response: object, origin: string): void {
  // Every member of this view of JSON is checked before use.
  const body = response as ResponseBody;
  // URLs signed by a storage service are already absolute.
  const resolve = (url: unknown) => (/^\/(?!\/)/.test(String(url)) ? origin + url : url);
  for (const part of members.flatMap((member) => body[member] ?? [])) {
    if (part?.progress) part.progress.previewUrl = resolve(part.progress.previewUrl);
    for (const file of part?.outputs ?? [part]) {
      for (const name of ["url", "thumbnailUrl"] as const) if (file?.[name]) file[name] = resolve(file[name]);
    }
  }
}
