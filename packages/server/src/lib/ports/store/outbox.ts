import type { Json } from "@safelight/client/contract";
import type { Announcement, AnnouncementTarget } from "../announcer.js";
import type { UnresolvedHold } from "./hold-store.js";

/** The kinds of follow-up work that a commit can enqueue. */
export type OutboxTopic = Exclude<OutboxItem["topic"], "unreadable">;

/** A provider job that may still run although its generation has ended. */
export interface UnwantedJob {
  readonly generationId: string;
  readonly model: string;
  readonly providerId: string;
  /** Number and token of the attempt that submitted the job. */
  readonly attempt: number;
  readonly token: string;
  /** `null` if the response was lost: find the job by its token. */
  readonly operation: Json;
  /**
   * Job handle from a webhook; `null` if there is none. Use it only if the provider cannot find a job by its token: the
   * handle may belong to another job.
   */
  readonly operationHint: Json;
}

/**
 * The cancel of a job at its provider; `null` while none was sent. `requested`: the provider accepted the
 * cancel, and has not confirmed it. `too_late`: the job had ended. `absent`: the provider never had the job, so none is sent.
 * `unsupported`: the provider cannot cancel, or cannot find a job that it never named, so none is sent. `unknown`: a cancel was
 * sent, and the provider did not respond, or its response does not show whether the job has stopped.
 */
export type JobCancel = "requested" | "canceled" | "too_late" | "absent" | "unsupported" | "unknown";

/** The capacity of a job whose generation has ended: it counts at the gate until its item is confirmed. */
export interface JobCapacity {
  readonly gate: string;
  /** How long it counts at most, in milliseconds, above 0. */
  readonly leftMs: number;
  /** Parsed input of the generation, to poll the job; `null` once its content is deleted. */
  readonly input: Json;
}

/**
 * Follow-up work: delete objects whose row is gone, delete the prefix of one generation, cancel a provider job, capture or
 * release a hold, or announce an event. `tries` counts the claims of the item, including this one. `unreadable`: the payload is
 * damaged, so the item can only be dropped.
 */
export type OutboxItem =
  | { readonly id: number; readonly topic: "delete_objects"; readonly keys: readonly string[] }
  | { readonly id: number; readonly topic: "delete_prefix"; readonly prefix: string }
  | {
      readonly id: number;
      readonly topic: "cancel_job";
      readonly job: UnwantedJob;
      readonly tries: number;
      /** The capacity that the job holds at a gate; `null` for none. */
      readonly capacity: JobCapacity | null;
    }
  | { readonly id: number; readonly topic: "resolve_hold"; readonly hold: UnresolvedHold; readonly tries: number }
  | {
      readonly id: number;
      /** One item for each target; a worker without that target does not claim it. */
      readonly topic: `announce_to_${AnnouncementTarget}`;
      readonly announcement: Announcement;
      readonly tries: number;
    }
  | { readonly id: number; readonly topic: "unreadable"; readonly storedTopic: OutboxTopic };

/** Claims due items, the longest due first. */
export interface ClaimOutboxCommand {
  /** Models of the worker: it claims jobs to cancel of these models only. Any worker may claim deletions of bytes. */
  readonly models: readonly string[];
  readonly topics: readonly OutboxTopic[];
  /** Max items. */
  readonly limit: number;
  /** In milliseconds. An item that is not confirmed within this time is due again, with a longer delay after each try. */
  readonly leaseMs: number;
}

/** A failed item, as it was claimed. */
export interface FailOutboxCommand {
  readonly id: number;
  readonly tries: number;
  /** At most 500 characters; `null` for an item that has not failed, but must be processed again. */
  readonly error: string | null;
  /** Milliseconds until it is due again; `null` to keep the time that its claim set. */
  readonly dueInMs?: number | null;
}
