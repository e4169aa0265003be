import type { CopyOutcome } from "../../ports/media-copier.js";
import type { CopyDeadline } from "../policy/copy-deadline.js";

/** A request to an allowed URL. */
export interface TransportRequest {
  readonly url: URL;
  /** As allowed by `checkAllowedUrl`. */
  readonly at: "public addresses" | "any address";
  readonly headers: Readonly<Record<string, string>>;
  readonly deadline: CopyDeadline;
}

/** A response whose body is not read yet. */
export interface TransportResponse {
  readonly type: "response";
  readonly status: number;
  /** Target of a redirect, perhaps relative; `null` without a `Location`. */
  readonly location: string | null;
  readonly contentType: string | null;
  /** Encoding of the bytes of `body`; `null` for none. */
  readonly encoding: string | null;
  /** The `Content-Length` in bytes; `null` without one. */
  readonly contentLength: number | null;
  /** Throws when the connection breaks. Each chunk has its bytes only until the next one is requested. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection, whether the body was read to its end or not. */
  close(): void;
}

/**
 * Sends one request and follows no redirect.
 *
 * @throws for failures that a retry may fix.
 */
export type HttpTransport = (
  request: TransportRequest,
) => Promise<TransportResponse | Extract<CopyOutcome, { readonly type: "refused" }>>;
