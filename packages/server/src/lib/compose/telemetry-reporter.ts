import type { AttemptRecord } from "../generation/generation-record.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { QueueStore } from "../ports/store/queue-reading.js";
import type { Store } from "../ports/store/store.js";
import type { EndReport, Telemetry, TelemetryReporter } from "../ports/telemetry.js";
import { withinTime } from "../process/within-time.js";
import { guardedCall } from "./guarded-call.js";

/**
 * Max reports that wait for the database or for an async export. Further ones are dropped, so that neither of them fills the
 * memory.
 */
const maxPending = 1_000;

/** Max time of an async export. */
const maxExportMs = 10_000;

/** Max time that a caller waits for a report. A slow collector must not delay a response in request mode. */
const maxWaitMs = 1_000;

/** Dependencies of {@link createTelemetryReporter}. */
export interface TelemetryReporterOptions {
  readonly telemetry: Telemetry;
  readonly store: Pick<Store, "getEnded" | "findAttempt">;
  readonly readQueue: QueueStore["readQueue"];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ownerTagOf: (ownerId: string) => Promise<string>;
}

/** A reporter with a lifetime. */
export interface ClosableReporter extends TelemetryReporter {
  /** Stops the metrics of the queue, and waits for pending reports. Never rejects. */
  close(): Promise<void>;
}

/** Reads the rows of ended generations for the host's telemetry. */
export function createTelemetryReporter(options: TelemetryReporterOptions): ClosableReporter {
  const { clock, logger, readQueue, telemetry } = options;
  const failure = { event: "telemetry.failed", message: "Telemetry failed: traces or metrics are missing." } as const;
  const call = guardedCall(logger, failure);
  const pending = new Set<Promise<void>>();
  let isDropping = false;

  const report = async (id: string): Promise<void> => {
    // Rejections are logged by `call`.
    await Promise.allSettled([
      call(async () => {
        const ended = await readEnd(options, id);
        if (ended === null) return;
        // The type is synchronous, but the host's function may be async: its rejection must not end the process.
        await withinTime({ clock, limitMs: maxExportMs, what: "The export of a generation" }, async () =>
          telemetry.ended(ended),
        );
      }),
    ]);
  };

  const unwatch = call(() => telemetry.watchQueue(readQueue));
  return {
    submitted: (submitted) => call(() => telemetry.submitted(submitted)),
    ended: async (id) => {
      if (pending.size >= maxPending) {
        if (!isDropping) logger.warn("Telemetry is behind: dropping traces.", { event: "telemetry.dropped" });
        isDropping = true;
        return;
      }
      isDropping = false;
      const reporting = report(id).finally(() => pending.delete(reporting));
      pending.add(reporting);
      await withinTime({ clock, limitMs: maxWaitMs, what: "A report" }, () => reporting).catch(() => {});
    },
    close: async () => {
      call(() => unwatch?.());
      await Promise.all(pending);
    },
  };
}

/** `null` if the row does not exist any more. */
async function readEnd(
  { ownerTagOf, store }: Pick<TelemetryReporterOptions, "ownerTagOf" | "store">,
  id: string,
): Promise<EndReport | null> {
  const ended = await store.getEnded({ id });
  if (ended === null) return null;
  const { costs, generation } = ended;
  const attempts: AttemptRecord[] = [];
  for (let attempt = 1; attempt <= generation.attempts; attempt += 1) {
    const found = await store.findAttempt({ generationId: id, attempt });
    if (found !== null) attempts.push(found.attempt);
  }
  return { generation, attempts, costs, ownerTag: await ownerTagOf(generation.ownerId) };
}
