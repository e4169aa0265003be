import type { ProviderErrorCode } from "../../generation/provider-failure.js";

/** What a fake vendor does with one paid request. */
export type VendorBehavior =
  /** Takes it, says `notYet` times that it is not done, and gives as many pictures as were asked for. */
  | { readonly type: "succeed"; readonly notYet?: number }
  /** Does not take it, and says so as the vendor words this. */
  | { readonly type: "refuse"; readonly code: ProviderErrorCode; readonly retryAfter?: string }
  /** The connection breaks: before it was taken, or after. */
  | { readonly type: "lose"; readonly taken: boolean }
  /** Takes it, and then it fails as the vendor words this. */
  | { readonly type: "fail"; readonly code: ProviderErrorCode }
  /** Takes it, says a state twice that nobody has heard of, then gives the pictures. */
  | { readonly type: "unknown_state" }
  /** Takes it; the first of its pictures is missing, withheld or filtered, in the vendor's own way. Ask for two. */
  | { readonly type: "partial" }
  /** Takes it; the picture is far longer than any that is kept. */
  | { readonly type: "huge" }
  /** Takes it; the picture is said to be at an address inside the host's network, or is a page with a script. */
  | { readonly type: "hostile" }
  /** Takes it; the picture is gone when it is fetched. */
  | { readonly type: "gone" }
  /** Takes it, and answers with what is no answer: HTML, half of a JSON, nothing. */
  | { readonly type: "garbage" }
  /** Takes it, and answers with a 500 and the HTML of a proxy. */
  | { readonly type: "broken" };

/** A paid request that the vendor took: it will be on the bill. */
export interface PaidRequest {
  /** The vendor's id of the job; for one that blocks, a number of its own. */
  readonly id: string;
  /** As it came in: JSON parsed, a form by its names. */
  readonly body: unknown;
  readonly headers: Headers;
  /** Where the vendor was asked to call back; `null` when it was not. */
  readonly webhookUrl: string | null;
}

/** What a test may change about a call-back to make it a bad one. */
export interface CallBackChange {
  /** Signs with a key that is not the vendor's. */
  readonly forged?: boolean;
  /** Epoch milliseconds; @default now */
  readonly timestamp?: number;
  /** About another job than its own. */
  readonly id?: string;
}

/**
 * A vendor in the hands of a test. It speaks the vendor's wire format, counts what it would charge for, and does to each
 * paid request what it was told to. It is a fetch-style server: `serveVendor` puts it behind a real port.
 */
export interface FakeVendor {
  /** Throws `ConnectionLost` where the connection is to break. */
  readonly handle: (request: Request) => Promise<Response>;
  /** What happens to the paid requests that come, one after another; the last one is repeated. */
  plan(...behaviors: readonly [VendorBehavior, ...VendorBehavior[]]): void;
  /** What was taken, in order. */
  readonly paid: readonly PaidRequest[];
  /** How many paid requests came in, refused ones and lost ones included. */
  readonly paidAttempts: number;
  /** Jobs that were canceled, by their ids. */
  readonly canceled: readonly string[];
  /** Failures that this vendor knows of before it takes a request, and after. */
  readonly refusals: readonly ProviderErrorCode[];
  readonly failures: readonly ProviderErrorCode[];
  /** Ends a job, whatever was planned for it, as if its time had come. */
  finish(id: string): void;
  /** The call-back that the vendor would send about a paid request; absent where the vendor sends none. */
  callBack?(paid: PaidRequest, change?: CallBackChange): Promise<Request>;
}

/** Breaks the connection instead of answering. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}
