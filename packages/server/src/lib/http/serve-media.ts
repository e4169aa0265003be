import type { Context } from "hono";
import type { Storage } from "../ports/storage.js";
import type { FoundMedia } from "../service/find-media.js";
import { notFound } from "../service/not-found.js";
import { parseByteRange } from "./byte-range.js";
import { parseIfNoneMatch } from "./entity-tag.js";

/** Types that a browser may show: none of them can carry a script. */
const shown = /^(image\/(png|jpeg|webp|gif|avif)|video\/(mp4|webm)|audio\/(mpeg|mp4|ogg|wav|webm|flac))$/;

/** Answers stored bytes: whole, in part, or only by their tag. */
export async function serveMedia(
  c: Context,
  storage: Storage,
  media: FoundMedia,
  options: { readonly isDownload: boolean; readonly fileName: string },
): Promise<Response> {
  const headers = headersOf(media, options);
  if (parseIfNoneMatch(c.req.header("if-none-match"))?.(media.hash) === true) return c.body(null, 304, headers);

  const whole = await storage.get(media.storageKey);
  if (whole === null) throw notFound();
  const { byteLength } = whole;
  const isHead = c.req.method === "HEAD";
  const range = !isHead && isRangeMeant(c, media) ? parseByteRange(c.req.header("range"), byteLength) : null;
  const full = { ...headers, "Content-Length": String(byteLength) };
  if (range === null && !isHead) return c.body(whole.body, 200, full);

  await whole.body.cancel();
  if (range === null) return c.body(null, 200, full);
  if (range === "unsatisfiable") return c.body(null, 416, { ...headers, "Content-Range": `bytes */${byteLength}` });
  const part = {
    ...headers,
    "Content-Range": `bytes ${range.start}-${range.end}/${byteLength}`,
    "Content-Length": String(range.end - range.start + 1),
  };
  const object = await storage.get(media.storageKey, range);
  if (object === null) throw notFound();
  return c.body(object.body, 206, part);
}

/** What a browser may do with the bytes, whoever made them: show a picture, and run nothing. */
function headersOf(
  { contentType, hash }: FoundMedia,
  { isDownload, fileName }: { readonly isDownload: boolean; readonly fileName: string },
): Record<string, string> {
  const isShown = shown.test(contentType);
  return {
    "Content-Type": isShown ? contentType : "application/octet-stream",
    "Content-Disposition": isDownload || !isShown ? `attachment; filename="${fileName}"` : "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
    ETag: `"${hash}"`,
  };
}

/** `If-Range` with another tag than ours, or with a date, asks for the whole of what is there now. */
function isRangeMeant(c: Context, { hash }: FoundMedia): boolean {
  const condition = c.req.header("if-range");
  return condition === undefined || condition.trim() === `"${hash}"`;
}
