import type { Announcer } from "../../ports/announcer.js";
import { errorText } from "../../ports/error-text.js";
import type { OutboxItem, OutboxTopic } from "../../ports/store/outbox.js";
import { withinTime } from "../../process/within-time.js";
import { persist } from "../context/persist.js";
import type { WorkerContext } from "../context/worker-context.js";
import { cancelJob } from "./cancel-job.js";

/** What every worker can do. */
export const outboxTopics = ["delete_objects", "delete_prefix", "cancel_job"] as const;

/**
 * What this one can, in parts that do not wait for each other: a host that does not answer must not keep a job that nobody
 * wants from being canceled. It announces to nobody whom another deployment may know.
 */
export function outboxParts({ targets }: Pick<Announcer, "targets">): readonly (readonly OutboxTopic[])[] {
  return [outboxTopics, ...targets.map((target) => [`announce_to_${target}` as const])];
}

/** As `outboxParts`, all in one. */
export function topicsOf(announcer: Pick<Announcer, "targets">): readonly OutboxTopic[] {
  return outboxParts(announcer).flat();
}

const batch = 20;
/** An item that was not confirmed in this time is due again, later each time up to an hour. */
const leaseMs = 60_000;
/** A storage or a provider that hangs must not hold up what else there is to do. Within the lease: nobody else has begun. */
const limitMs = 30_000;
/** After about six hours a job that could not be canceled has ended by itself, or its vendor never knew it. */
const mostCancelTries = 12;
/** After about four days nobody listens who will. */
const mostAnnouncements = 100;

/** Items of one topic. */
type Of<Topic extends OutboxItem["topic"]> = Extract<OutboxItem, { readonly topic: Topic }>;

/**
 * Does the work that commits left for others: removes bytes whose row is gone, cancels jobs that nobody wants. What fails
 * is due again later.
 *
 * @param topics one of `outboxParts`.
 * @param signal once aborted, what is left stays for the next worker.
 * @returns how many items were taken.
 */
export async function drainOutbox(
  context: WorkerContext,
  topics: readonly OutboxTopic[],
  signal: AbortSignal,
): Promise<number> {
  const models = Object.keys(context.models);
  const items = await context.store.claimOutbox({ models, topics, limit: batch, leaseMs });
  // Beside each other: an item that hangs takes its own time only.
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

/** Answers whether the item is done with. */
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

/** Bytes are tried for ever: somebody wanted them gone. */
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
