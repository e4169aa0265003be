import { headerNames } from "../../contract/wire.js";

/** A request of the contract, read. */
export interface MockRequest {
  readonly method: string;
  /** Below the mount path, without the query: `/active`. */
  readonly path: string;
  /** The parts of the path that vary: of a generation or an uploaded picture, and of an output; `""` where it has none. */
  readonly id: string;
  readonly index: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
  /** The same, as it came. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** One request that the server saw, in order. */
export interface SeenRequest {
  readonly method: string;
  /** Below the mount path, with the query: `/active?after=3&wait=25`. */
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly headers: Headers;
  /** As it was sent; `""` where there was none. */
  readonly body: string;
  /** The same, read; `null` where it was no JSON. */
  readonly json: unknown;
}

/** The path below the mount path; `null` for an address elsewhere. */
export function pathBelow(basePath: string, { pathname }: URL): string | null {
  if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return null;
  return pathname.slice(basePath.length).replace(/\/+$/, "") || "/";
}

/** What a test may look at of a request. */
export function toSeenRequest(
  { method, path, headers, body }: Pick<MockRequest, "method" | "path" | "headers" | "body">,
  search: string,
): SeenRequest {
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
