import type { CopyOutcome } from "../../ports/media-copier.js";
import type { Patience } from "../policy/patience.js";

/** A URL that may be asked. */
export interface Question {
  readonly url: URL;
  /** As `judgeUrl` allowed it. */
  readonly at: "public addresses" | "any address";
  readonly headers: Readonly<Record<string, string>>;
  readonly patience: Patience;
}

/** An answer, as far as the end of its headers. */
export interface Answer {
  readonly type: "answered";
  readonly status: number;
  /** Where it redirects to, perhaps relative; `null` when it does not say. */
  readonly location: string | null;
  readonly contentType: string | null;
  /** In which the bytes of `body` still are; `null` for none. */
  readonly encoding: string | null;
  /** How many bytes are said to come; `null` when nothing is said. */
  readonly announcedBytes: number | null;
  /** Throws when it is cut off. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection, read to its end or not. */
  close(): void;
}

/**
 * Asks one URL, once, and follows nothing.
 *
 * @throws when it may go better another time.
 */
export type Ask = (question: Question) => Promise<Answer | Extract<CopyOutcome, { readonly type: "refused" }>>;
