import type { CopyOutcome } from "../../ports/media-copier.js";
import type { Patience } from "../policy/patience.js";

/** A request to an allowed URL. */
export interface Question {
  readonly url: URL;
  /** As allowed by `judgeUrl`. */
  readonly at: "public addresses" | "any address";
  readonly headers: Readonly<Record<string, string>>;
  readonly patience: Patience;
}

/** A response whose body is not read yet. */
export interface Answer {
  readonly type: "answered";
  readonly status: number;
  /** Target of a redirect, perhaps relative; `null` without a `Location`. */
  readonly location: string | null;
  readonly contentType: string | null;
  /** Encoding of the bytes of `body`; `null` for none. */
  readonly encoding: string | null;
  /** The `Content-Length`; `null` without one. */
  readonly announcedBytes: number | null;
  /** Throws when the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection, whether the body was read to its end or not. */
  close(): void;
}

/**
 * Sends one request and follows no redirect.
 *
 * @throws for failures that a retry may fix.
 */
export type Ask = (question: Question) => Promise<Answer | Extract<CopyOutcome, { readonly type: "refused" }>>;
