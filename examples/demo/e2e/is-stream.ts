import type { Request } from "playwright";

/** Tells whether a page asks for the stream of what changes. */
export function isStream(request: Request): boolean {
  return new URL(request.url()).pathname.endsWith("/events");
}
