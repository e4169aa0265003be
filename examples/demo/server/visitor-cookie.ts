import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";

declare module "hono" {
  interface ContextVariableMap {
    /** Id of the visitor in the cookie, or of the new visitor that this request created. */
    visitorId: string;
  }
}

const cookieName = "safelight_demo";
/** 400 days, the maximum of browsers. */
const maxAgeSeconds = 400 * 24 * 60 * 60;

/**
 * Reads the visitor's id from a signed cookie. A request without a valid cookie creates a visitor and already acts as
 * that visitor.
 *
 * @param key signs the cookie.
 */
export function identifyVisitor(key: string): MiddlewareHandler {
  return async (context, next) => {
    const known = await getSignedCookie(context, key, cookieName);
    context.set("visitorId", known || newVisitorId());
    await next();
    // After the handler: it may have replaced the response and its headers, or switched the visitor.
    if (context.var.visitorId !== known && !isImageRequest(context)) await setVisitorCookie(context, key);
  };
}

/** The signature in an image URL is the permission, so an image request creates no visitor. */
function isImageRequest({ req }: Context): boolean {
  return /^\/api\/generations\/([^/]+\/(outputs\/|preview$)|inputs\/)/.test(req.path);
}

/** Makes the browser act as another visitor from its next request on. */
export function switchVisitor(context: Context, visitorId: string): void {
  context.set("visitorId", visitorId);
}

/** A new random id with 128 bits of entropy. */
export function newVisitorId(): string {
  return `visitor_${randomBytes(16).toString("base64url")}`;
}

async function setVisitorCookie(context: Context, key: string): Promise<void> {
  await setSignedCookie(context, cookieName, context.var.visitorId, key, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: new URL(context.req.url).protocol === "https:",
    maxAge: maxAgeSeconds,
  });
}
