import type { MiddlewareHandler } from "hono";
import { type AdminDeps, type AdminEnv, AdminError } from "./admin-context.js";
import { type AdminPermission, isPermitted } from "./admin-options.js";

/** Headers of every response to an operator, also of a refusal. */
export function securityHeaders({ access, settings }: AdminDeps): MiddlewareHandler<AdminEnv> {
  const media = ["'self'", "data:", access.publicOrigin, ...settings.mediaOrigins].filter((origin) => origin !== "");
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    `img-src ${media.join(" ")}`,
    `media-src ${media.join(" ")}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return async (c, next) => {
    c.header("Content-Security-Policy", policy);
    c.header("Cache-Control", "private, no-store");
    // Under `no-referrer`, browsers send `Origin: null` with the forms of the page itself.
    c.header("Referrer-Policy", "same-origin");
    c.header("X-Robots-Tag", "noindex");
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Vary", "Cookie, Authorization, Accept");
    await next();
  };
}

/**
 * Refuses a write from another site. Browsers send `Origin` with each POST; a request without one must be JSON, which no
 * form can send.
 */
export function requireSameOrigin({ access, settings }: AdminDeps): MiddlewareHandler<AdminEnv> {
  const origins = [access.publicOrigin, ...settings.origins].filter((origin) => origin !== "");
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD" && !isSameOrigin(c.req.raw, origins)) {
      throw new AdminError(
        403,
        "Cross-site request refused: send the form from the operator page, at the origin of publicUrl or of `origins`.",
      );
    }
    await next();
  };
}

function isSameOrigin({ headers, url }: Request, origins: readonly string[]): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("origin");
  if (origin === null) return site === null && /^application\/json\b/i.test(headers.get("content-type") ?? "");
  if (origins.includes(origin)) return true;
  // In Next, the URL has the name with which the server was started, and not the one that the browser uses.
  const requested = `http://${headers.get("host") ?? new URL(url).host}`;
  if (!URL.canParse(requested)) return false;
  const { host, hostname } = new URL(requested);
  // Behind a proxy that terminates TLS, the scheme differs from the browser's.
  return isLoopback(hostname) && URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * Whether a host name always means this machine. Any other name may be that of an attacker's page, whose DNS entry points to this
 * server (DNS rebinding).
 */
function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(hostname);
}

/** Refuses an action before its body is read, if the operator does not have the permission. */
export function permit(action: AdminPermission): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    if (!isPermitted(c.env.operator, action)) {
      throw new AdminError(403, `You do not have the permission "${action}".`);
    }
    await next();
  };
}
