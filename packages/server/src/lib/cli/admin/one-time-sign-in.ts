import { randomBytes, timingSafeEqual } from "node:crypto";

/** The session of the browser that opened the address. */
export interface OneTimeSignIn {
  /** Path of the page. It is random, so that the browser sends the cookie to no other server of this machine. */
  readonly basePath: string;
  /** Path of the address that works once. */
  readonly signInPath: string;
  /** Signs in at the first request for the address, and redirects to the page. `null` for any other request. */
  redeem(request: Request): Response | null;
  isSignedIn(headers: Headers): boolean;
}

/** Creates a sign-in by an address that works once. The session lasts as long as the process. */
export function oneTimeSignIn(): OneTimeSignIn {
  const newToken = () => randomBytes(24).toString("base64url");
  const [session, segment] = [newToken(), newToken().slice(0, 12)];
  let token: string | null = newToken();
  const basePath = `/${segment}/safelight`;
  const signInPath = `/sign-in?token=${token}`;
  return {
    basePath,
    signInPath,
    redeem(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (request.method !== "GET" || pathname !== "/sign-in" || token === null) return null;
      if (!isEqual(searchParams.get("token") ?? "", token)) return null;
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
