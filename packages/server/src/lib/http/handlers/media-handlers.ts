import type { Context } from "hono";
import { createFactory } from "hono/factory";
import { fromStorage } from "../../service/errors/from-storage.js";
import { notFound } from "../../service/errors/not-found.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { findMedia } from "../../service/media/find-media.js";
import type { MediaTarget } from "../../signing/media-urls.js";
import { identifyCaller, toIdentifyRequest } from "../request/identify-caller.js";
import { cutBodyOf } from "../request/node-response.js";
import { type RouterEnv, type RouterOptions, responseContext } from "../request/router-context.js";
import { createUnreadResponses } from "../request/unread-responses.js";
import { validQuery } from "../request/valid-query.js";
import { mediaQuery } from "../routes/request-schemas.js";
import type { Handlers } from "./handlers.js";
import { serveMedia } from "./serve-media.js";

const { createHandlers } = createFactory<RouterEnv>();

/** Max reads of stored files in progress on one process. Each holds a chunk in memory, and a connection to a bucket. */
const maxReads = 1_000;
/** Min interval between two log lines about missing files, in milliseconds. */
const missingIntervalMs = 60_000;

/** Handlers that serve bytes to their owner or to the holder of a signed URL. */
export function mediaHandlers(options: RouterOptions): Pick<Handlers, "output" | "thumbnail" | "preview" | "input"> {
  const { service } = options;
  const { clock, logger, storage, mediaUrls } = service;
  const deps = { clock, logger, storage, unread: createUnreadResponses({ maxSize: maxReads }) };

  /** `null` if the storage signs no URL for this request. */
  const signedUrlOf = async (key: string, file: { readonly fileName?: string }): Promise<string | null> => {
    const sign = storage.signedUrl?.bind(storage);
    if (sign === undefined) return null;
    return fromStorage(clock, async () => sign(key, { expiresAt: mediaUrls.expiresAt(), ...file }));
  };

  let nextReportAt = 0;
  /**
   * Logs a stored object that is missing although its row exists: processes use different folders or buckets. A preview may have
   * been replaced since its row was read, so it is not logged.
   */
  const reportMissing = (error: unknown, { id, part }: MediaTarget): void => {
    if (part === "preview" || !ServiceError.isInstance(error) || error.code !== "not_found") return;
    if (clock.now() < nextReportAt) return;
    nextReportAt = clock.now() + missingIntervalMs;
    logger.error("A stored file is missing in the storage: use the same absolute folder, or bucket, in each process.", {
      event: "media.missing",
      storage: storage.id,
      id,
      part,
    });
  };

  const respond = async (
    c: Context<RouterEnv>,
    {
      target: { part, variant },
      query,
    }: {
      readonly target: Pick<MediaTarget, "part" | "variant">;
      readonly query: { readonly expires?: string; readonly signature?: string; readonly download?: "1" };
    },
  ): Promise<Response> => {
    const { expires = "", signature = "", download } = query;
    const isDownload = download !== undefined;
    const target: MediaTarget = {
      id: c.req.param(part === "input" ? "inputId" : "id") ?? "",
      part,
      ...(variant && { variant }),
    };
    const isSigned = await mediaUrls.verify(target, { expires, signature });
    const media = await findMedia(service, {
      target,
      caller: isSigned ? null : await identifyCaller(toIdentifyRequest(c), options),
    });
    const fileName = fileNameOf(target, media.contentType);
    // The storage's signed URL is valid for GET only: a redirected HEAD would be refused.
    const url = c.req.method === "HEAD" ? null : await signedUrlOf(media.storageKey, isDownload ? { fileName } : {});
    if (url === null) {
      const file = { deps, media, cut: cutBodyOf(c), isDownload, fileName };
      return serveMedia(responseContext(c), file).catch((error: unknown) => {
        reportMissing(error, target);
        throw error;
      });
    }
    return responseContext(c).redirect(url, 302);
  };

  const output = createHandlers(validQuery(mediaQuery), async (c) =>
    respond(c, { target: { part: indexOf(c) }, query: c.req.valid("query") }),
  );

  const thumbnail = createHandlers(validQuery(mediaQuery), async (c) =>
    respond(c, { target: { part: indexOf(c), variant: "thumbnail" }, query: c.req.valid("query") }),
  );

  const preview = createHandlers(validQuery(mediaQuery), async (c) =>
    respond(c, { target: { part: "preview" }, query: c.req.valid("query") }),
  );

  const input = createHandlers(validQuery(mediaQuery), async (c) =>
    respond(c, { target: { part: "input" }, query: c.req.valid("query") }),
  );

  return { output, thumbnail, preview, input };
}

/** @throws {ServiceError} not_found */
function indexOf(c: Context<RouterEnv>): number {
  const index = c.req.param("index") ?? "";
  if (!/^(0|[1-9]\d{0,8})$/.test(index)) throw notFound();
  return Number(index);
}

/** For example `gen_…-0.png`. An id has no character that needs escaping in a header. */
function fileNameOf({ id, part, variant }: MediaTarget, contentType: string): string {
  const extension = usualExtensions[contentType] ?? /^[a-z]+\/([a-z0-9]{1,8})$/.exec(contentType)?.[1] ?? "bin";
  return `${[id, part, ...(variant ? [variant] : [])].join("-")}.${extension}`;
}

/** The usual extensions of types that are not named like their extension. */
const usualExtensions: Readonly<Record<string, string>> = {
  "audio/mp4": "m4a",
  "audio/mpeg": "mp3",
  "video/quicktime": "mov",
};
