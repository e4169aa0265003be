import type { MiddlewareHandler } from "hono";
import { ServiceError } from "../../service/errors/service-error.js";
import { type RouterEnv, type RouterOptions, responseContext } from "./router-context.js";

type OriginOptions = Pick<RouterOptions, "trustedOrigins" | "publicOrigin">;

/** Response headers that a page of a trusted origin may read. */
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

/** How long a browser may cache a preflight response, in seconds. */
const preflightSeconds = 600;

/** Sets the CORS headers for pages of the trusted origins. */
export function crossOrigin({ trustedOrigins }: Pick<OriginOptions, "trustedOrigins">): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const response = responseContext(c);
    const origin = c.req.header("origin");
    if (trustedOrigins.size > 0) response.header("Vary", "Origin", { append: true });
    if (origin !== undefined && trustedOrigins.has(origin)) {
      response.header("Access-Control-Allow-Origin", origin);
      response.header("Access-Control-Allow-Credentials", "true");
      response.header("Access-Control-Expose-Headers", exposedHeaders);
    }
    await next();
  };
}

/** Refuses a request that a page of an untrusted origin sends with its user's cookies. */
export function refuseCrossOrigin(options: OriginOptions): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    if (!isAllowed(c.req.raw, options)) throw new ServiceError("origin_not_allowed", refusal);
    await next();
  };
}

/** Headers of a preflight response. A trusted origin may send any header, because `identify` may read any. */
export function preflightHeaders(
  request: Request,
  { allow, options: { trustedOrigins } }: { readonly allow: string; readonly options: OriginOptions },
): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === null || !trustedOrigins.has(origin)) return {};
  const requestedHeaders = request.headers.get("access-control-request-headers");
  return {
    "Access-Control-Allow-Methods": allow,
    "Access-Control-Max-Age": String(preflightSeconds),
    ...(requestedHeaders !== null && { "Access-Control-Allow-Headers": requestedHeaders }),
  };
}

/**
 * Allows a request with neither `Sec-Fetch-Site` nor `Origin`: current browsers send at least one of them. Compares
 * `Origin` with `Host` only without `Sec-Fetch-Site`. An attacker on the network can serve a page at `http://` of the same
 * host: the hosts are equal, but `Sec-Fetch-Site` reports that page as cross-site.
 */
function isAllowed(request: Request, { trustedOrigins, publicOrigin }: OriginOptions): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site === "same-origin" || site === "none") return true;
  const origin = request.headers.get("origin");
  if (origin === null) return site === null;
  if (trustedOrigins.has(origin) || origin === publicOrigin) return true;
  return site === null && hostOf(origin) === hostOf(request.url);
}

/** Ignores the scheme: behind a proxy that terminates TLS, it differs from the browser's. */
function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}
