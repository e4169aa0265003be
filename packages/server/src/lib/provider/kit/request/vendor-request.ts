import { readBytes } from "../../../bytes/read-bytes.js";
import { errorLine } from "../../../ports/error-text.js";
import { isUnreachable } from "../failures/is-unreachable.js";
import { createJsonBombGuard } from "./json-bomb-guard.js";

/** A complete response of a vendor. */
export interface VendorResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Result of one request to a vendor. */
export type VendorResult =
  | ({ readonly type: "responded" } & VendorResponse)
  /** No connection was made, so the vendor did not receive the request. */
  | { readonly type: "unreachable"; readonly reason: string }
  /** The response is larger than `maxBytes`, or is JSON with too many values. `body` is empty. */
  | ({ readonly type: "too_long"; readonly reason: string } & VendorResponse)
  /** The connection broke, or the response was cut. The vendor may have accepted the request. */
  | { readonly type: "lost"; readonly reason: string };

/** One request to a vendor. */
export interface VendorRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly fetch: typeof globalThis.fetch | undefined;
  /**
   * Maximum size of the response, in bytes.
   * @default 1_048_576
   */
  readonly maxBytes?: number | undefined;
  /**
   * Maximum number of JSON values in a response above 1 MiB: objects, arrays and their members.
   * @default 200_000
   */
  readonly maxValues?: number;
}

/** A request whose response has begun. Its body is not read yet. */
export type OpenedResponse =
  | { readonly type: "opened"; readonly response: Response }
  | Exclude<VendorResult, VendorResponse>;

/**
 * Sends one request, once, and reads the response. Redirects are not followed: headers with a key must not reach another
 * host.
 */
export async function vendorRequest(request: VendorRequest): Promise<VendorResult> {
  const result = await openRequest(request);
  return result.type === "opened"
    ? readResponse(result.response, { maxBytes: request.maxBytes, maxValues: request.maxValues })
    : result;
}

/** Sends one request like `vendorRequest`, for a streamed response. */
export async function openRequest({
  url,
  init,
  fetch,
}: Omit<VendorRequest, "maxBytes" | "maxValues">): Promise<OpenedResponse> {
  const send = fetch ?? globalThis.fetch;
  try {
    return { type: "opened", response: await send(url, { ...init, redirect: "manual" }) };
  } catch (error) {
    return { type: isUnreachable(error) ? "unreachable" : "lost", reason: errorLine(error) };
  }
}

/** Reads the body of a response. */
export async function readResponse(
  response: Response,
  {
    maxBytes = 1_048_576,
    maxValues,
  }: { readonly maxBytes?: number | undefined; readonly maxValues?: number | undefined } = {},
): Promise<VendorResult> {
  try {
    const { headers, status } = response;
    const body = await readBytes(response.body, { maxBytes, exceedsLimit: createJsonBombGuard(maxValues) });
    if (body !== null) return { type: "responded", status, headers, body };
    const reason = `The response exceeds ${maxBytes} bytes, or has too many JSON values.`;
    return { type: "too_long", reason, status, headers, body: new Uint8Array() };
  } catch (error) {
    return { type: "lost", reason: errorLine(error) };
  }
}
