import type { Context } from "hono";
import type { ByteRange } from "../../ports/storage.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { parseByteRange } from "../../service/media/byte-range.js";
import type { FoundMedia } from "../../service/media/find-media.js";
import { mediaPolicyOf } from "../../service/media/media-policy.js";
import type { CutBody } from "../request/node-response.js";
import { parseIfNoneMatch } from "./entity-tag.js";
import { type MediaDeps, openMedia, readByteLength } from "./open-media.js";

/** Types that a browser may display: none of them can carry a script. */
const displayableTypes =
  /^(image\/(png|jpeg|webp|gif|avif)|video\/(mp4|quicktime|webm)|audio\/(mpeg|mp4|ogg|wav|webm|flac))$/;

/**
 * Responds with stored bytes: all of them, a range, or 304.
 *
 * @throws {ServiceError} not_found, range_not_satisfiable, unavailable
 */
export async function serveMedia(
  c: Context,
  {
    deps,
    media,
    cut,
    ...file
  }: {
    readonly deps: MediaDeps;
    readonly media: FoundMedia;
    readonly cut: CutBody;
    readonly isDownload: boolean;
    readonly fileName: string;
  },
): Promise<Response> {
  const headers = headersOf(media, file);
  if (parseIfNoneMatch(c.req.header("if-none-match"))?.(media.hash) === true) return c.body(null, 304, headers);
  if (c.req.method === "HEAD") {
    return c.body(null, 200, { ...headers, "Content-Length": String(await readByteLength(deps, media.storageKey)) });
  }

  const range = await rangeOf(c, { deps, media });
  const { body, byteLength } = await openMedia(deps, { key: media.storageKey, range, cut });
  if (range === null) return c.body(body, 200, { ...headers, "Content-Length": String(byteLength) });
  return c.body(body, 206, {
    ...headers,
    "Content-Range": `bytes ${range.start}-${range.end}/${byteLength}`,
    "Content-Length": String(range.end - range.start + 1),
  });
}

/**
 * The requested range; `null` for all bytes.
 *
 * @throws {ServiceError} range_not_satisfiable, not_found, unavailable
 */
async function rangeOf(
  c: Context,
  { deps, media }: { readonly deps: MediaDeps; readonly media: FoundMedia },
): Promise<ByteRange | null> {
  const header = c.req.header("range");
  if (header === undefined || !matchesIfRange(c, media)) return null;
  const byteLength = media.byteLength ?? (await readByteLength(deps, media.storageKey));
  const range = parseByteRange(header, byteLength);
  if (range !== "unsatisfiable") return range;
  const detail = `The range starts after the last of ${byteLength} bytes.`;
  throw new ServiceError("range_not_satisfiable", detail, { headers: { "Content-Range": `bytes */${byteLength}` } });
}

/** Lets a browser display an image, video or audio, and run no script in it. */
function headersOf(
  { contentType, hash }: FoundMedia,
  { isDownload, fileName }: { readonly isDownload: boolean; readonly fileName: string },
): Record<string, string> {
  const isDisplayable = displayableTypes.test(contentType);
  return {
    "Content-Type": isDisplayable ? contentType : "application/octet-stream",
    "Content-Disposition": isDownload || !isDisplayable ? `attachment; filename="${fileName}"` : "inline",
    "Content-Security-Policy": mediaPolicyOf(contentType),
    "Accept-Ranges": "bytes",
    ETag: `"${hash}"`,
  };
}

/** With another tag or a date in `If-Range`, the client requests all current bytes instead of a range. */
function matchesIfRange(c: Context, { hash }: FoundMedia): boolean {
  const condition = c.req.header("if-range");
  return condition === undefined || condition.trim() === `"${hash}"`;
}
