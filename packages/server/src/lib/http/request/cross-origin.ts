import type { MiddlewareHandler } from "hono";
import { ServiceError } from "../../service/errors/service-error.js";
import { type RouterEnv, type RouterOptions, replyOf } from "./router-context.js";

type OriginOptions = Pick<RouterOptions, "trustedOrigins" | "publicOrigin">;

/** What a page of a trusted origin may read beside the body. */
const exposedHeaders = [
  "Content-Disposition",
  "Content-Range",
  "ETag",
  "Idempotent-Replayed",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "Safelight-Poll-After-Ms",
  "X-Request-Id",
].join(", ");

const refusal = "Cross-origin write refused: add the page's origin to trustedOrigins, or set publicUrl to it.";

/** How long a browser may keep the answer to a preflight, in seconds. */
const preflightSeconds = 600;

/** Opens the router to pages of the trusted origins. */
export function crossOrigin({ trustedOrigins }: Pick<OriginOptions, "trustedOrigins">): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const reply = replyOf(c);
    const origin = c.req.header("origin");
    if (trustedOrigins.size > 0) reply.header("Vary", "Origin", { append: true });
    if (origin !== undefined && trustedOrigins.has(origin)) {
      reply.header("Access-Control-Allow-Origin", origin);
      reply.header("Access-Control-Allow-Credentials", "true");
      reply.header("Access-Control-Expose-Headers", exposedHeaders);
    }
    await next();
  };
}

/** Refuses what a page of a foreign origin makes a browser send with its user's cookies. */
export function refuseCrossOrigin(options: OriginOptions): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    if (!isAllowed(c.req.raw, options)) throw new ServiceError("origin_not_allowed", refusal);
    await next();
  };
}

/** Headers of the answer to a preflight. A trusted origin may send any header: the host chose what it identifies by. */
export function preflightHeaders(
  request: Request,
  allow: string,
  { trustedOrigins }: OriginOptions,
): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === null || !trustedOrigins.has(origin)) return {};
  const asked = request.headers.get("access-control-request-headers");
  return {
    "Access-Control-Allow-Methods": allow,
    "Access-Control-Max-Age": String(preflightSeconds),
    ...(asked !== null && { "Access-Control-Allow-Headers": asked }),
  };
}

/**
 * A request with neither header is not from a current browser. `Host` is compared only where a browser sends `Origin`
 * without `Sec-Fetch-Site`: a page at `http://` the same host is cross-site, and an attacker on the network can serve it.
 */
function isAllowed(request: Request, { trustedOrigins, publicOrigin }: OriginOptions): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site === "same-origin" || site === "none") return true;
  const origin = request.headers.get("origin");
  if (origin === null) return site === null;
  if (trustedOrigins.has(origin) || origin === publicOrigin) return true;
  return site === null && hostOf(origin) === hostOf(request.url);
}

/** Without the scheme: behind a proxy that ends TLS, the scheme of the request differs from the browser's. */
function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}
