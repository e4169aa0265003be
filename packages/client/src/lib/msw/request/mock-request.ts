import { type ActiveResponse, headerNames } from "../../contract/wire.js";

/** A parsed request of the contract. */
export interface MockRequest {
  readonly method: string;
  /** Below the mount path, without the query: `/active`. */
  readonly path: string;
  /**
   * Variable parts of the path: the id of a generation, a group or an upload, and the index of an output. `""` if absent.
   */
  readonly id: string;
  readonly index: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
  /** `body` as raw bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** How far a page knows the changes of an owner. */
export type MockPosition = Pick<ActiveResponse, "ownerTag" | "sequence" | "timeline">;

/** One request that the server received. */
export interface ReceivedRequest {
  readonly method: string;
  /** Below the mount path, with the query: `/active?after=3&wait=25`. */
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly headers: Headers;
  /** As it was sent; `""` without a body. */
  readonly body: string;
  /** The parsed body; `null` if it is not JSON. */
  readonly json: unknown;
}

/** Path below the mount path; `null` for another URL. */
export function pathBelow(basePath: string, { pathname }: URL): string | null {
  if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return null;
  return pathname.slice(basePath.length).replace(/\/+$/, "") || "/";
}

/** The part of a request that tests can read. */
export function toReceivedRequest(
  { method, path, headers, body }: Pick<MockRequest, "method" | "path" | "headers" | "body">,
  search: string,
): ReceivedRequest {
  const idempotencyKey = headers.get(headerNames.idempotencyKey);
  return { method, path: path + search, idempotencyKey, headers, body, json: readJson(body) };
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
