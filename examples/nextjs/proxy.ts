import { type NextRequest, NextResponse } from "next/server";
import { newVisitorCookie, visitorCookie, visitorOf } from "@/visitor";

/** The longest that browsers keep a cookie: 400 days. */
const keepSeconds = 400 * 24 * 60 * 60;

/** Gives a cookie to who comes without a valid one; the page of this very request already sees it. */
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

// Pages alone: the API answers 401 to who has no cookie, and nothing stands between it and the bodies of call-backs.
export const config = { matcher: "/((?!api/|_next/|favicon.ico).*)" };
