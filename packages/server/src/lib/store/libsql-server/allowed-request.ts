import type { IncomingHttpHeaders } from "node:http";

/** Max bytes of a request body. A batch of the store has a few hundred kilobytes at most. */
export const maxRequestBytes = 16_777_216;

/** A refused request: its HTTP status, and the reason with the remedy. */
export interface RefusedRequest {
  readonly status: 403 | 405 | 413 | 415;
  readonly reason: string;
}

/** The parts of a request that decide whether it is allowed. */
export interface ReceivedRequest {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Refuses requests of web pages. Any page can send a request to loopback, and a page whose name resolves to loopback can
 * also read the response.
 *
 * @returns `null` for an allowed request.
 */
export function refusedRequest({ method, headers }: ReceivedRequest): RefusedRequest | null {
  if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined) {
    return { status: 403, reason: "Web pages have no access: send the request from a program, without Origin." };
  }
  if (!isLoopback(headers.host ?? "")) {
    return { status: 403, reason: "The Host header must be localhost, 127.0.0.1 or [::1]." };
  }
  if (method !== "POST") return { status: 405, reason: "Use POST." };
  // A page can send other types without a preflight.
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
    return { status: 415, reason: "Send application/json." };
  }
  if (Number(headers["content-length"] ?? 0) <= maxRequestBytes) return null;
  return { status: 413, reason: `A body has at most ${maxRequestBytes} bytes: send smaller batches.` };
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}
