import { readBytes } from "../../../bytes/read-bytes.js";
import { errorLine } from "../../../ports/error-text.js";
import { isUnreachable } from "../failures/is-unreachable.js";
import { watchParts } from "./json-parts.js";

/** A vendor's answer, read to its end. */
export interface VendorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** How a request to a vendor went. */
export type VendorReply =
  | ({ readonly type: "answered" } & VendorAnswer)
  /** No connection was made: the vendor cannot have seen the request. */
  | { readonly type: "unreachable"; readonly reason: string }
  /** The answer is longer than what is read, or is JSON of too many parts to be parsed: `body` is empty. */
  | ({ readonly type: "too_long"; readonly reason: string } & VendorAnswer)
  /** The connection broke, or the answer was cut: the vendor may have taken the request. */
  | { readonly type: "lost"; readonly reason: string };

/** One request, as an adapter words it. */
export interface VendorRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly fetch: typeof globalThis.fetch | undefined;
  /**
   * Longest answer that is read, in bytes.
   * @default 1_048_576
   */
  readonly maxBytes?: number | undefined;
  /**
   * Most objects, lists and members of them in an answer that is above 1 MiB and JSON.
   * @default 200_000
   */
  readonly maxParts?: number;
}

/** A request whose answer has begun, with its body still to be read. */
export type OpenedReply = { readonly type: "opened"; readonly response: Response } | Exclude<VendorReply, VendorAnswer>;

/**
 * Sends one request, once, and reads its answer. Redirects are not followed: a body with a key in its headers belongs to
 * the address that it was meant for.
 */
export async function vendorRequest(request: VendorRequest): Promise<VendorReply> {
  const reply = await openRequest(request);
  return reply.type === "opened" ? readAnswer(reply.response, request.maxBytes, request.maxParts) : reply;
}

/** Sends one request as `vendorRequest` does, for an answer that comes piece by piece. */
export async function openRequest({
  url,
  init,
  fetch,
}: Omit<VendorRequest, "maxBytes" | "maxParts">): Promise<OpenedReply> {
  const send = fetch ?? globalThis.fetch;
  try {
    return { type: "opened", response: await send(url, { ...init, redirect: "manual" }) };
  } catch (error) {
    return { type: isUnreachable(error) ? "unreachable" : "lost", reason: errorLine(error) };
  }
}

/** Reads an answer that has begun to its end. */
export async function readAnswer(response: Response, maxBytes = 1_048_576, maxParts?: number): Promise<VendorReply> {
  try {
    const { headers, status } = response;
    const body = await readBytes(response, maxBytes, watchParts(maxParts));
    if (body !== null) return { type: "answered", status, headers, body };
    const reason = `The answer is longer than ${maxBytes} bytes, or has too many parts.`;
    return { type: "too_long", reason, status, headers, body: new Uint8Array() };
  } catch (error) {
    return { type: "lost", reason: errorLine(error) };
  }
}
