import { type NextRequest, NextResponse } from "next/server";
import { newVisitorCookie, visitorCookie, visitorOf } from "@/visitor";

/** The maximum age of a cookie in browsers: 400 days. */
const keepSeconds = 400 * 24 * 60 * 60;

/** Sets a cookie for visitors without a valid one. The page of the same request already receives it. */
export function proxy(request: NextRequest): NextResponse {
  if (visitorOf(request.headers) !== null) return NextResponse.next();
  const cookie = newVisitorCookie();
  request.cookies.set(visitorCookie, cookie);
  const response = NextResponse.next({ request: { headers: request.headers } });
  response.cookies.set(visitorCookie, cookie, {
    httpOnly: true,
    sameSite: "lax",
    secure: request.nextUrl.protocol === "https:",
    maxAge: keepSeconds,
  });
  return response;
}

// Pages only: the API responds with 401 without a cookie, and the proxy must not touch the bodies of webhooks.
export const config = { matcher: "/((?!api/|_next/|favicon.ico).*)" };
