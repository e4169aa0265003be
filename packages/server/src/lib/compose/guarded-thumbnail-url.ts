import type { Logger } from "../ports/logger.js";
import type { ServiceContext } from "../service/service-context.js";
import { guardedCall } from "./guarded-call.js";
import type { ThumbnailUrl } from "./options.js";

/**
 * Calls the host's `thumbnailUrl` for responses that must not fail with it. After an exception, or another value than a
 * text, an output has its stored thumbnail.
 */
export function guardedThumbnailUrl(
  thumbnailUrl: ThumbnailUrl | undefined,
  logger: Logger,
): ServiceContext["thumbnailUrlOf"] {
  if (thumbnailUrl === undefined) return null;
  const call = guardedCall(logger, {
    event: "thumbnail_url.failed",
    message: "thumbnailUrl failed: outputs have their stored thumbnails.",
  });
  return (url, size) => {
    const result: unknown = call(() => thumbnailUrl(url, size));
    return typeof result === "string" ? result : null;
  };
}
