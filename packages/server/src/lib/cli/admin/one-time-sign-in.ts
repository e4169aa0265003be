import { randomBytes, timingSafeEqual } from "node:crypto";
import { expiredLinkPage } from "./expired-link-page.js";

const tokenBytes = 24;
/** These bytes as base64url. */
const isToken = /^[\w-]{32}$/;

/** The session of the browser that opened the address. */
export interface OneTimeSignIn {
  /** Path of the page. It is random, so that the browser sends the cookie to no other server of this machine. */
  readonly basePath: string;
  /** Path of the address that works once. */
  readonly signInPath: string;
  /**
   * Signs in at the first request for the address, and redirects to the page. Later ones, and those for the address of an
   * earlier run, are 410. `null` for any other request.
   */
  redeem(request: Request): Response | null;
  isSignedIn(headers: Headers): boolean;
}

/** Creates a sign-in by an address that works once. The session lasts as long as the process. */
export function oneTimeSignIn(): OneTimeSignIn {
  const newToken = () => randomBytes(tokenBytes).toString("base64url");
  const [session, segment] = [newToken(), newToken().slice(0, 12)];
  let token: string | null = newToken();
  const basePath = `/${segment}/safelight`;
  const signInPath = `/sign-in?token=${token}`;
  return {
    basePath,
    signInPath,
    redeem(request) {
      const { pathname, searchParams } = new URL(request.url);
      const sent = searchParams.get("token") ?? "";
      if (request.method !== "GET" || pathname !== "/sign-in" || !isToken.test(sent)) return null;
      if (token === null || !isEqual(sent, token)) return expiredLinkPage();
      token = null;
      const cookie = `safelight_admin=${session}; Path=/${segment}; HttpOnly; SameSite=Strict`;
      return new Response(null, {
        status: 303,
        headers: {
          Location: basePath,
          "Set-Cookie": cookie,
          "Cache-Control": "no-store",
          "Referrer-Policy": "no-referrer",
        },
      });
    },
    isSignedIn(headers) {
      const [, sent = ""] = /(?:^|;\s*)safelight_admin=([\w-]+)/.exec(headers.get("cookie") ?? "") ?? [];
      return isEqual(sent, session);
    },
  };
}

/** Compares in constant time. */
function isEqual(sent: string, known: string): boolean {
  const [left, right] = [Buffer.from(sent), Buffer.from(known)];
  return left.length === right.length && timingSafeEqual(left, right);
}
