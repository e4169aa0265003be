import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";

declare module "hono" {
  interface ContextVariableMap {
    /** Who calls: the visitor of the cookie, or the one that this very call made. */
    visitorId: string;
  }
}

const cookieName = "safelight_demo";
/** The longest that browsers keep a cookie: 400 days. */
const keepSeconds = 400 * 24 * 60 * 60;

/**
 * Knows every caller: one who comes without a valid cookie is a new visitor from here on, and this very call already
 * acts as that visitor.
 *
 * @param key signs the cookie.
 */
export function identifyVisitor(key: string): MiddlewareHandler {
  return async (context, next) => {
    const known = await getSignedCookie(context, key, cookieName);
    context.set("visitorId", known || newVisitorId());
    await next();
    // After the answer: it may come with headers of its own, and a handler may have changed who the visitor is.
    if (context.var.visitorId !== known && !isImageRequest(context)) await setVisitorCookie(context, key);
  };
}

/** Pictures are opened by the signature in their URL, by whoever has it: they make no visitor. */
function isImageRequest({ req }: Context): boolean {
  return /^\/api\/generations\/([^/]+\/(outputs\/|preview$)|inputs\/)/.test(req.path);
}

/** Makes this browser someone else from the next request on. */
export function switchVisitor(context: Context, visitorId: string): void {
  context.set("visitorId", visitorId);
}

/** An id that nobody can guess and nobody had before. */
export function newVisitorId(): string {
  return `visitor_${randomBytes(16).toString("base64url")}`;
}

async function setVisitorCookie(context: Context, key: string): Promise<void> {
  await setSignedCookie(context, cookieName, context.var.visitorId, key, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: new URL(context.req.url).protocol === "https:",
    maxAge: keepSeconds,
  });
}
