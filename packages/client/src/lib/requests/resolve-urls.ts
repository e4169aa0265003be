/** Members of response bodies that contain URLs: generations and uploads. */
const members = ["generation", "generations", "unseen", "changed", "input"] as const;

/** A view of JSON in which each member may be missing or of another type. Members of a string are `undefined`, too. */
interface Part {
  url?: unknown;
  thumbnailUrl?: unknown;
  previewUrl?: unknown;
  readonly progress?: Part | null;
  readonly outputs?: Part | null;
}

/**
 * Prefixes the relative URLs of outputs, previews and uploads with an origin. Mutates the body, so pass a fresh one.
 * Inputs and metadata are user data and stay unchanged. Malformed members stay unchanged, too.
 */
export function resolveUrls(response: object, origin: string): void {
  // Every member of this view of JSON is checked before use.
  const body = response as Partial<Record<(typeof members)[number], Part | null>>;
  const resolve = (part: Part | null | undefined, name: "url" | "thumbnailUrl" | "previewUrl") => {
    const url = part?.[name];
    // URLs signed by a storage service are already absolute.
    if (part && typeof url === "string" && /^\/(?!\/)/.test(url)) part[name] = origin + url;
  };
  for (const part of members.flatMap((member) => body[member])) {
    resolve(part?.progress, "previewUrl");
    for (const file of [part?.outputs ?? part].flat()) {
      resolve(file, "url");
      resolve(file, "thumbnailUrl");
    }
  }
}
