import type { Context, MiddlewareHandler } from "hono";
import { MountError } from "../http/mount/mount-error.js";
import { pathUnder } from "../http/request/path-under.js";
import { errorText } from "../ports/error-text.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "./admin-context.js";
import { type AdminOperator, isPermissions } from "./admin-options.js";

/** Headers of every response to an operator, also of an error. */
export function securityHeaders({ access, settings }: AdminDeps): MiddlewareHandler<AdminEnv> {
  const images = ["'self'", "data:", access.publicOrigin, ...settings.imageOrigins].filter((origin) => origin !== "");
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    `img-src ${images.join(" ")}`,
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

/** Responds 404 to every request that `authorize` does not permit: nothing reveals that there is a page. */
export function requireOperator({ access, settings }: AdminDeps): MiddlewareHandler<AdminEnv> {
  const { logger } = access.service;
  return async (c, next) => {
    if (pathUnder(settings.basePath, c.req.url) === null) {
      logger.error("The operator page is mounted at another path.", {
        event: "admin.mounted_elsewhere",
        error: errorText(new MountError(settings.basePath)),
      });
      return closed(c);
    }
    const { host, incoming } = c.env;
    let operator: AdminOperator | null = null;
    try {
      operator = checkOperator(
        await settings.authorize({
          request: c.req.raw,
          headers: c.req.raw.headers,
          ...(host !== undefined && { context: host }),
          ...(incoming !== undefined && { incoming }),
        }),
      );
    } catch (error) {
      logger.error("authorize of the operator page failed.", {
        event: "admin.authorize_failed",
        error: errorText(error),
      });
    }
    if (operator === null) {
      const isPage = c.req.method === "GET" && !wantsJson(c.req.header("accept")) && !c.req.path.startsWith("/assets/");
      return settings.signIn !== null && isPage ? c.redirect(settings.signIn, 302) : closed(c);
    }
    c.set("operator", operator);
    await next();
  };
}

/** The response of a path that does not exist: in a Hono app, the host's own. */
function closed(c: Context<AdminEnv>): Response | Promise<Response> {
  return c.env.host?.notFound() ?? c.notFound();
}

/** A host without types may return any value. Without a name, no action could be recorded. */
function checkOperator(operator: AdminOperator | null): AdminOperator | null {
  if (operator === null || operator === undefined) return null;
  const { actor, may } = operator;
  if (typeof actor !== "string" || actor === "" || actor.length > 200) {
    throw new TypeError("authorize must return an actor with 1 to 200 characters.");
  }
  if (may !== "everything" && may !== "read" && !isPermissions(may)) {
    throw new TypeError(
      `authorize must return may: "everything", "read" or a list of actions, not ${JSON.stringify(may)}.`,
    );
  }
  return operator;
}

/**
 * Refuses a write from another site. Browsers send `Origin` with every POST. A request without it needs a content type that
 * no form of another site can have.
 */
export function requireSameOrigin({ access }: AdminDeps): MiddlewareHandler<AdminEnv> {
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD" && !isSameOrigin(c.req.raw, access.publicOrigin)) {
      throw new AdminError(403, "Cross-site request refused: send the form from the operator page itself.");
    }
    await next();
  };
}

function isSameOrigin({ headers, url }: Request, publicOrigin: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("origin");
  if (origin === null) return site === null && /^application\/json\b/i.test(headers.get("content-type") ?? "");
  if (origin === publicOrigin) return true;
  // Behind a proxy that terminates TLS, the scheme differs from the browser's.
  return URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}
