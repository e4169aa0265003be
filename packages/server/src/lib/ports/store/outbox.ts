import type { Json } from "@safelight/client/contract";
import type { Announcement, AnnouncementTarget } from "../announcer.js";

/** What a commit can leave to others. */
export type OutboxTopic = OutboxItem["topic"];

/** A job at a provider that nobody wants any more, and that may still run: its generation ended without it. */
export interface UnwantedJob {
  readonly generationId: string;
  readonly model: string;
  readonly providerId: string;
  /** Number and token of the attempt that it belongs to. */
  readonly attempt: number;
  readonly token: string;
  /** `null` when its reply was lost: it is to be looked for by its token. */
  readonly operation: Json;
  /** What a call-back names; `null` when none does. Only where no job can be looked for: it may be somebody else's. */
  readonly operationHint: Json;
}

/**
 * Bytes whose row is gone: these objects, or everything under the prefix of one generation. Or a job to be canceled at
 * its provider, or something to announce; `tries` counts how often that was taken, this time included.
 */
export type OutboxItem =
  | { readonly id: number; readonly topic: "delete_objects"; readonly keys: readonly string[] }
  | { readonly id: number; readonly topic: "delete_prefix"; readonly prefix: string }
  | { readonly id: number; readonly topic: "cancel_job"; readonly job: UnwantedJob; readonly tries: number }
  | {
      readonly id: number;
      /** One for each target: whoever cannot tell it leaves it alone. */
      readonly topic: `announce_to_${AnnouncementTarget}`;
      readonly announcement: Announcement;
      readonly tries: number;
    };

export interface ClaimOutboxCommand {
  /** A job is left to whoever knows its model. What removes bytes is for everybody. */
  readonly models: readonly string[];
  readonly topics: readonly OutboxTopic[];
  readonly limit: number;
  /** An item that is not confirmed in this time is due again, later each time. */
  readonly leaseMs: number;
}
