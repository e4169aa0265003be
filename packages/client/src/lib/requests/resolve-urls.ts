/**
 * Where the answers of the contract carry generations or an uploaded picture, and these their URLs. Everything may be
 * missing.
 */
type Carrier = Partial<Record<(typeof members)[number], Located | null | readonly (Located | null)[]>>;

interface Located {
  url?: unknown;
  thumbnailUrl?: unknown;
  readonly progress?: { previewUrl?: unknown } | null;
  readonly outputs?: readonly { url?: unknown; thumbnailUrl?: unknown }[] | null;
}

const members = ["generation", "generations", "unseen", "changed", "input"] as const;

/**
 * Puts the relative URLs of outputs, previews and uploads of an answer under an origin, in place: the answer must be fresh.
 * What users wrote in inputs and metadata stays as it is, whatever its name.
 */
export function resolveUrls(answer: object, origin: string): void {
  // A view of JSON in which every member is looked at before it is used.
  const carrier = answer as Carrier;
  // Storage may sign URLs of its own, and those have an origin.
  const resolve = (url: unknown) => (/^\/(?!\/)/.test(String(url)) ? origin + url : url);
  for (const part of members.flatMap((member) => carrier[member] ?? [])) {
    if (part?.progress) part.progress.previewUrl = resolve(part.progress.previewUrl);
    for (const file of part?.outputs ?? [part]) {
      for (const name of ["url", "thumbnailUrl"] as const) if (file?.[name]) file[name] = resolve(file[name]);
    }
  }
}
