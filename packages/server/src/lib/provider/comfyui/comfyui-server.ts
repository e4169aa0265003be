import { queryVendor } from "../kit/request/query-vendor.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";
import { type VendorResult, vendorRequest } from "../kit/request/vendor-request.js";

export const vendorName = "ComfyUI";

/** A job response contains the whole workflow; a queue response contains those of all jobs. */
const maxResponseBytes = 33_554_432;
/** Number of JSON values in workflows of that size. */
const maxResponseValues = 2_000_000;

/** Address of a ComfyUI server, and the headers that its proxy requires. */
export interface ComfyuiServer {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Sends a free request; throws like `queryVendor`. */
export function query(
  server: ComfyuiServer,
  { path, init = {} }: { readonly path: string; readonly init?: RequestInit | undefined },
): Promise<VendorResponse> {
  return queryVendor(vendorName, requestTo(server, { path, init }));
}

/** Sends one request, without a retry. */
export function send(
  server: ComfyuiServer,
  { path, init }: { readonly path: string; readonly init: RequestInit },
): Promise<VendorResult> {
  return vendorRequest(requestTo(server, { path, init }));
}

/** Request options for a JSON body. */
export function posting(body: object, signal?: AbortSignal): RequestInit {
  const headers = { "content-type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body), ...(signal && { signal }) };
}

function requestTo(
  { baseUrl, fetch, headers }: ComfyuiServer,
  { path, init }: { readonly path: string; readonly init: RequestInit },
) {
  const all = new Headers(init.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return {
    url: `${baseUrl}${path}`,
    init: { ...init, headers: all },
    fetch,
    maxBytes: maxResponseBytes,
    maxValues: maxResponseValues,
  };
}
