import type { Announcer } from "../../ports/announcer.js";
import { errorText } from "../../ports/error-text.js";
import type { OutboxItem, OutboxTopic } from "../../ports/store/outbox.js";
import { withinTime } from "../../process/within-time.js";
import { persist } from "../context/persist.js";
import type { WorkerContext } from "../context/worker-context.js";
import { cancelJob } from "./cancel-job.js";

/** The topics that every worker can process. */
export const outboxTopics = ["delete_objects", "delete_prefix", "cancel_job"] as const;

/**
 * The topics that this worker can process, in independent groups. A host that does not respond to an announcement must
 * not delay the cancel of an abandoned job. Announcements to other targets are left to workers that have them.
 */
export function outboxParts({ targets }: Pick<Announcer, "targets">): readonly (readonly OutboxTopic[])[] {
  return [outboxTopics, ...targets.map((target) => [`announce_to_${target}` as const])];
}

/** Like `outboxParts`, as one list. */
export function topicsOf(announcer: Pick<Announcer, "targets">): readonly OutboxTopic[] {
  return outboxParts(announcer).flat();
}

const batch = 20;
/** An unconfirmed item is due again after this time, which doubles with each try up to an hour. */
const leaseMs = 60_000;
/** Timeout of one item. It is shorter than the lease, so that no other worker has claimed the item yet. */
const limitMs = 30_000;
/** About six hours. By then a job that could not be canceled has ended by itself, or the vendor never accepted it. */
const mostCancelTries = 12;
/** About four days. After that, the target will probably never accept the announcement. */
const mostAnnouncements = 100;

/** Items of one topic. */
type Of<Topic extends OutboxItem["topic"]> = Extract<OutboxItem, { readonly topic: Topic }>;

/**
 * Processes outbox items: deletes the bytes of deleted rows, cancels abandoned jobs, sends announcements. A failed item
 * is due again later.
 *
 * @param topics one of `outboxParts`.
 * @param signal once aborted, the remaining items stay for the next worker.
 * @returns the number of claimed items.
 */
export async function drainOutbox(
  context: WorkerContext,
  topics: readonly OutboxTopic[],
  signal: AbortSignal,
): Promise<number> {
  const models = Object.keys(context.models);
  const items = await context.store.claimOutbox({ models, topics, limit: batch, leaseMs });
  // Concurrently: an item that hangs delays no other.
  await Promise.all(items.map((item) => drainItem(context, item, signal)));
  return items.length;
}

async function drainItem(context: WorkerContext, item: OutboxItem, signal: AbortSignal): Promise<void> {
  const { clock, onCrashPoint, store } = context;
  if (signal.aborted) return;
  let isDone = false;
  let reason = "It is not certain yet that the job has stopped.";
  try {
    isDone = await withinTime(clock, { limitMs, signal, what: `Outbox item ${item.topic}` }, (ended) =>
      work(context, item, ended),
    );
    onCrashPoint?.("P18");
  } catch (error) {
    if (signal.aborted) return;
    reason = errorText(error);
  }
  if (isDone || gaveUp(context, item, reason))
    await persist(context, signal, () => store.confirmOutbox({ id: item.id }));
}

/** Returns whether the item is done. */
async function work(context: WorkerContext, item: OutboxItem, signal: AbortSignal): Promise<boolean> {
  const { storage } = context;
  switch (item.topic) {
    case "delete_objects":
      for (const key of item.keys) await storage.delete(key);
      return true;
    case "delete_prefix":
      await storage.deleteAll(item.prefix);
      return true;
    case "cancel_job":
      return cancelJob(context, item.job, signal);
    case "announce_to_hook":
    case "announce_to_webhook":
      await context.announcer.announce(item.announcement);
      return true;
  }
}

/** Deletions are retried without a limit, because the bytes must be deleted. */
function gaveUp(context: WorkerContext, item: OutboxItem, reason: string): boolean {
  const { logger, storage } = context;
  switch (item.topic) {
    case "delete_objects":
    case "delete_prefix":
      logger.warn("Bytes could not be removed yet.", { storage: storage.id, error: reason });
      return false;
    case "announce_to_hook":
    case "announce_to_webhook":
      return gaveUpAnnouncing(context, item, reason);
    case "cancel_job":
      return gaveUpCanceling(context, item, reason);
  }
}

function gaveUpAnnouncing(
  { logger }: WorkerContext,
  item: Of<"announce_to_hook" | "announce_to_webhook">,
  error: string,
): boolean {
  const { announcement, tries } = item;
  const isLast = tries >= mostAnnouncements;
  logger[isLast ? "error" : "warn"](isLast ? "An end was never announced." : "An end could not be announced yet.", {
    ...announcement,
    tries,
    error,
  });
  return isLast;
}

function gaveUpCanceling({ logger }: WorkerContext, item: Of<"cancel_job">, reason: string): boolean {
  const { generationId, providerId } = item.job;
  const fields = { generationId, providerId, tries: item.tries, error: reason };
  if (item.tries < mostCancelTries) {
    logger.info("A job that nobody wants any more could not be canceled yet.", fields);
    return false;
  }
  logger.warn("A job that nobody wants any more could not be canceled: its vendor may charge for it.", fields);
  return true;
}
