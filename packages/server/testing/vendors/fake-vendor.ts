import type { MediaKind } from "@safelight/client/contract";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";

/** Behavior of a fake vendor for one paid request. */
export type VendorBehavior =
  /**
   * Accepts it, reports it as running for the first `runningPolls` polls, and returns as many images as requested. fal and
   * Replicate return files of `kind`. Without it, the request decides: fal's path contains "video" or "audio", or Replicate's
   * input has a `duration`, which returns a video.
   */
  | { readonly type: "succeed"; readonly runningPolls?: number; readonly kind?: MediaKind }
  /** Refuses it in the vendor's wire format. */
  | { readonly type: "refuse"; readonly code: ProviderErrorCode; readonly retryAfter?: string }
  /** Breaks the connection, before or after the request was accepted. */
  | { readonly type: "lose"; readonly accepted: boolean }
  /** Accepts it, and then fails in the vendor's wire format. */
  | { readonly type: "fail"; readonly code: ProviderErrorCode }
  /** Accepts it, reports an unknown state for two polls, and then returns the images. */
  | { readonly type: "unknown_state" }
  /** Accepts it. The first image is missing, withheld or filtered, in the vendor's own way. Request two. */
  | { readonly type: "partial" }
  /** Accepts it. The image exceeds any output limit. */
  | { readonly type: "huge" }
  /** Accepts it. The image is a link into the host's network, or a page with a script. */
  | { readonly type: "hostile" }
  /** Accepts it. The image no longer exists when it is downloaded. */
  | { readonly type: "gone" }
  /** Accepts it, and sends an invalid response: HTML, truncated JSON or nothing. */
  | { readonly type: "garbage" }
  /** Accepts it, and sends a 500 with the HTML of a proxy. */
  | { readonly type: "broken" };

/** A paid request that the vendor accepted and will charge for. */
export interface PaidRequest {
  /** The vendor's job id; for a blocking vendor, a serial number. */
  readonly id: string;
  /** Parsed JSON, or the fields of a form. */
  readonly body: unknown;
  readonly headers: Headers;
  /** Requested webhook URL; `null` without one. */
  readonly webhookUrl: string | null;
}

/** Changes to a webhook that make it invalid. */
export interface WebhookChange {
  /** Signs with a wrong key. */
  readonly forged?: boolean;
  /** Epoch milliseconds. @default now */
  readonly timestamp?: number;
  /** Id of another job. */
  readonly id?: string;
}

/**
 * A fake vendor. It implements the vendor's wire format, records charges, and treats each paid request as planned. It is
 * a fetch-style server; `serveVendor` listens on a port for it.
 */
export interface FakeVendor {
  /** Handles a request. Throws `ConnectionLost` to break the connection. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Plans the behavior for the next paid requests, in order. The last one repeats. */
  plan(...behaviors: readonly [VendorBehavior, ...VendorBehavior[]]): void;
  /** Accepted paid requests, in order. */
  readonly paid: readonly PaidRequest[];
  /** Number of paid requests, including refused and lost ones. */
  readonly paidAttempts: number;
  /** Ids of canceled jobs. */
  readonly canceled: readonly string[];
  /** Error codes that the vendor can report before it accepts a request, and after. */
  readonly refusals: readonly ProviderErrorCode[];
  readonly failures: readonly ProviderErrorCode[];
  /** Ends a job at once, whatever its planned number of polls. */
  finish(id: string): void;
  /** Builds the vendor's webhook for a paid request. Absent for a vendor without webhooks. */
  createWebhook?(paid: PaidRequest, change?: WebhookChange): Promise<Request>;
}

/** Thrown to break the connection instead of sending a response. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** The planned kind of the files; `usual` without one. */
export function kindOf(behavior: VendorBehavior, usual: MediaKind): MediaKind {
  return (behavior.type === "succeed" ? behavior.kind : undefined) ?? usual;
}

/** Number of polls for which a job runs, before it ends with this behavior. */
export function runningPollsOf(behavior: VendorBehavior): number {
  if (behavior.type === "succeed") return behavior.runningPolls ?? 0;
  return behavior.type === "unknown_state" ? 2 : 0;
}
