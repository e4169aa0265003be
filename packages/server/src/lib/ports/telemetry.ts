import type { ProblemCode } from "@safelight/client/contract";
import type { AttemptRecord, GenerationRecord } from "../generation/generation-record.js";
import type { LogEvent } from "./log-event.js";
import type { AttemptCost } from "./store/ended-store.js";
import type { QueueReading } from "./store/queue-reading.js";

/** The outcome of a submit or a retry, once for each request. */
export interface SubmitReport {
  /** `replayed`: a repeat of a known idempotency key. A code: the reason of the refusal. */
  readonly outcome: "accepted" | "replayed" | ProblemCode;
  /** `null` after a refusal. */
  readonly generationId: string | null;
}

/** A generation that has ended, with all of its attempts. */
export interface EndReport {
  readonly generation: GenerationRecord;
  /** In order of their numbers. */
  readonly attempts: readonly AttemptRecord[];
  /** Reported costs, in order of attempts. */
  readonly costs: readonly AttemptCost[];
  /** Opaque and stable for each owner; reveals only whether two generations have the same owner. */
  readonly ownerTag: string;
}

/** Level and event of a log line. */
export interface LogReport {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: LogEvent;
}

/**
 * Receives facts about committed changes, for traces and metrics, such as `otelTelemetry()`. Safelight calls it after the
 * commit and does not delay its response for it. An exception, or the rejection of an async method, is logged once as
 * `telemetry.failed` and changes nothing else; one of `logged` is dropped.
 */
export interface Telemetry {
  /** Called in the context of the request that submitted. */
  submitted(report: SubmitReport): void;
  /**
   * Called by the process that ended the generation. At most once: a crash right after the commit loses the report. An async
   * method has 10 seconds: `close()` waits for it, and so does `waitUntil` of a request. In request mode without
   * `waitUntil`, the response waits.
   */
  ended(report: EndReport): void;
  /** Called for each line of the server's log, also if the logger drops its level. */
  logged(report: LogReport): void;
  /**
   * Called once for each server, to read the queue whenever metrics are collected.
   *
   * @returns a function that stops it; called when the server closes.
   */
  watchQueue(read: () => Promise<QueueReading>): () => void;
}

/** Passes facts to the host's telemetry. Never throws, and never rejects. */
export interface TelemetryReporter {
  submitted(report: SubmitReport): void;
  /**
   * Reads the rows of a generation that has ended, and reports them. Call it after the commit. The promise settles after a
   * second at the latest, and never rejects; a slow export continues.
   */
  ended(generationId: string): Promise<void>;
}
