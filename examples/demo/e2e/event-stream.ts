import type { Request } from "playwright";

/** Whether a request of a page opens the event stream. */
export function isStreamRequest(request: Request): boolean {
  return new URL(request.url()).pathname.endsWith("/events");
}

/**
 * Time limit in which another page opens the stream, in milliseconds, after its page has closed: below the ten seconds of
 * silence after which the others would also notice. Another page usually needs milliseconds, and seconds on a busy machine.
 */
export const maxMoveMs = 9_500;

/** The same after its page has frozen or hangs. */
export const maxSilentMoveMs = 60_000;
