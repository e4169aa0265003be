import { vendorAnswer } from "../kit/request/vendor-answer.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";
import { type VendorReply, vendorRequest } from "../kit/request/vendor-request.js";

export const vendorName = "ComfyUI";

/** An answer about a job holds its whole workflow, and one about the queue those of all. */
const maxAnswerBytes = 33_554_432;
/** As many as workflows of that length have. */
const maxAnswerParts = 2_000_000;

/** Where a ComfyUI is, and what its proxy wants to see. */
export interface ComfyuiServer {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Asks for something; throws as `vendorAnswer` does. */
export function ask(server: ComfyuiServer, path: string, init: RequestInit = {}): Promise<VendorAnswer> {
  return vendorAnswer(vendorName, requestTo(server, path, init));
}

/** Sends something once. */
export function send(server: ComfyuiServer, path: string, init: RequestInit): Promise<VendorReply> {
  return vendorRequest(requestTo(server, path, init));
}

/** A body of JSON. */
export function posting(body: object, signal?: AbortSignal): RequestInit {
  const headers = { "content-type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body), ...(signal && { signal }) };
}

function requestTo({ baseUrl, fetch, headers }: ComfyuiServer, path: string, init: RequestInit) {
  const all = new Headers(init.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return {
    url: `${baseUrl}${path}`,
    init: { ...init, headers: all },
    fetch,
    maxBytes: maxAnswerBytes,
    maxParts: maxAnswerParts,
  };
}
