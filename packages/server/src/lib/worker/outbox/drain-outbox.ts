import type { Announcer } from "../../ports/announcer.js";
import { cutText } from "../../ports/cut-text.js";
import { errorLine, errorText } from "../../ports/error-text.js";
import type { JobCancel, JobCapacity, OutboxItem, OutboxTopic } from "../../ports/store/outbox.js";
import { withinTime } from "../../process/within-time.js";
import { type PersistContext, persist } from "../context/persist.js";
import { recordJobCancel } from "../context/record-job-cancel.js";
import { wakeAtGate } from "../context/wake-at-gate.js";
import type { WorkerContext } from "../context/worker-context.js";
import { cancelJob, type ItemResult, type JobToCancel } from "./cancel-job.js";
import { resolveHold } from "./resolve-hold.js";

/** The parts of a worker's context that the outbox needs. */
export interface OutboxContext
  extends PersistContext,
    Pick<
      WorkerContext,
      | "announcer"
      | "dispatcher"
      | "hostCredits"
      | "lateRecords"
      | "limits"
      | "logger"
      | "models"
      | "onCrashPoint"
      | "random"
      | "storage"
      | "store"
    > {}

/** The parts of a worker that decide which topics it can process. */
interface TopicContext extends Pick<WorkerContext, "hostCredits"> {
  readonly announcer: Pick<Announcer, "targets">;
}

const deletions = ["delete_objects", "delete_prefix"] as const;
const cancels = ["cancel_job"] as const;
/** The topics that every worker can process. */
export const outboxTopics = [...deletions, ...cancels] as const;

/**
 * The topics that this worker can process, in independent groups. A host that does not respond to an announcement, or a
 * storage that hangs on a deletion, must not delay the cancel of an abandoned job. Holds and announcements to other targets are left to
 * workers that have them.
 */
export function topicGroups({ announcer, hostCredits }: TopicContext): readonly (readonly OutboxTopic[])[] {
  const announcements = announcer.targets.map((target) => [`announce_to_${target}` as const]);
  return [deletions, cancels, ...(hostCredits === undefined ? [] : [["resolve_hold"] as const]), ...announcements];
}

/** Like `topicGroups`, as one list. */
export function topicsOf(context: TopicContext): readonly OutboxTopic[] {
  return topicGroups(context).flat();
}

/** Items of one commit. */
const batchSize = 20;
/** An unconfirmed item is due again after this time, which doubles with each try up to an hour. */
const leaseMs = 60_000;
/** Timeout of one item. It is shorter than the lease, so that no other worker has claimed the item yet. */
const itemTimeoutMs = 30_000;
/** About six hours. By then a job that could not be canceled has ended by itself, or the vendor never accepted it. */
const maxCancelTries = 12;
/** Max characters of the stored text of a failure. */
const maxErrorLength = 500;
/** About four days. After that, the target will probably never accept the announcement. */
const maxAnnounceTries = 100;

/** Items of one topic. */
type ItemOf<Topic extends OutboxItem["topic"]> = Extract<OutboxItem, { readonly topic: Topic }>;

const done: ItemResult = { isDone: true };

/** An item whose processing failed. */
interface FailedItem<Item extends OutboxItem = OutboxItem> {
  readonly item: Item;
  readonly reason: string;
}

/**
 * Processes one batch of outbox items: deletes the bytes of deleted rows, cancels abandoned jobs, resolves holds, sends
 * announcements. A failed item is due again later.
 *
 * @param options.topics one of `topicGroups`.
 * @param options.signal once aborted, the remaining items stay for the next worker.
 * @returns the number of claimed items.
 */
export async function drainOutbox(
  context: OutboxContext,
  { signal, topics }: { readonly signal: AbortSignal; readonly topics: readonly OutboxTopic[] },
): Promise<number> {
  const models = Object.keys(context.models);
  const items = await context.store.claimOutbox({ models, topics, limit: batchSize, leaseMs });
  // Concurrently: an item that hangs delays no other.
  await Promise.all(items.map((item) => drainItem(context, { item, signal })));
  return items.length;
}

async function drainItem(
  context: OutboxContext,
  { item, signal }: { readonly item: OutboxItem; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, onCrashPoint, store } = context;
  if (signal.aborted) return;
  let result: ItemResult;
  // For the operator page, which lists failed announcements only: they fail by a thrown error.
  let storedError = "";
  const job: { cancel: JobCancel | null } = { cancel: null };
  const onCancel = (result: JobCancel): void => {
    job.cancel = result;
  };
  try {
    result = await withinTime({ clock, limitMs: itemTimeoutMs, signal, what: `Outbox item ${item.topic}` }, (ended) =>
      processItem(context, { item, onCancel, signal: ended }),
    );
    onCrashPoint?.("P18");
  } catch (error) {
    if (signal.aborted) return;
    result = { isDone: false, reason: errorText(error) };
    storedError = cutText(errorLine(error), maxErrorLength);
  }
  if (item.topic === "cancel_job" && job.cancel !== null) {
    const { attempt, generationId } = item.job;
    await recordJobCancel(context, { generationId, attempt, result: job.cancel, signal });
  }
  if (item.topic === "cancel_job" && !result.isDone && result.dueInMs !== undefined) {
    const { id, tries } = item;
    const { dueInMs } = result;
    await persist(context, { signal, send: () => store.failOutbox({ id, tries, error: null, dueInMs }) });
  } else if (result.isDone || giveUpOrLog(context, { item, reason: result.reason })) {
    await persist(context, { signal, send: () => store.confirmOutbox({ id: item.id }) });
    if (item.topic === "cancel_job" && item.capacity !== null) wakeNext(context, item.capacity);
  } else if (isAnnouncement(item)) {
    const { id, tries } = item;
    await persist(context, { signal, send: () => store.failOutbox({ id, tries, error: storedError }) });
  }
}

/** Whether the failure of an item is stored: the operator page lists those of announcements only. */
function isAnnouncement(item: OutboxItem): item is ItemOf<"announce_to_hook" | "announce_to_webhook"> {
  return item.topic === "announce_to_hook" || item.topic === "announce_to_webhook";
}

/** The capacity of the job is free: the next generation of its gate may start. A sweep makes up for a lost wake. */
function wakeNext(context: OutboxContext, { gate }: JobCapacity): void {
  if (context.dispatcher.onWake !== undefined) return;
  void context.lateRecords.track(wakeAtGate(context, { gate }).catch(() => {}));
}

async function processItem(
  context: OutboxContext,
  { item, ...call }: Pick<JobToCancel, "onCancel" | "signal"> & { readonly item: OutboxItem },
): Promise<ItemResult> {
  const { announcer, hostCredits, logger, storage } = context;
  switch (item.topic) {
    case "delete_objects":
      for (const key of item.keys) await storage.delete(key);
      return done;
    case "delete_prefix":
      await storage.deleteAll(item.prefix);
      return done;
    case "cancel_job":
      return cancelJob(context, { item, ...call });
    case "resolve_hold":
      await resolveHold(hostCredits, { hold: item.hold, signal: call.signal });
      return done;
    case "announce_to_hook":
    case "announce_to_webhook":
      await announcer.announce(item.announcement);
      return done;
    case "unreadable":
      logger.error("The payload of an outbox item is damaged; dropping the item.", {
        event: "outbox.damaged",
        itemId: item.id,
        topic: item.storedTopic,
      });
      return done;
  }
}

/**
 * Logs the failure of an item. Returns whether to give up on it: after a number of tries, but never on a deletion or a hold,
 * because the bytes must be deleted and the credits are the host's.
 */
function giveUpOrLog(context: OutboxContext, { item, reason }: FailedItem): boolean {
  const { logger, storage } = context;
  switch (item.topic) {
    case "unreadable":
      return true;
    case "delete_objects":
    case "delete_prefix":
      logger.warn("Could not delete stored bytes; retrying.", {
        event: "outbox.delete_failed",
        storage: storage.id,
        error: reason,
      });
      return false;
    case "resolve_hold":
      logger.warn("Could not resolve a hold in the host's credit system; retrying.", {
        event: "hold.retrying",
        generationId: item.hold.key,
        credits: item.hold.kept,
        tries: item.tries,
        error: reason,
      });
      return false;
    case "announce_to_hook":
    case "announce_to_webhook":
      return giveUpAnnouncementOrLog(context, { item, reason });
    case "cancel_job":
      return giveUpCancelOrLog(context, { item, reason });
  }
}

function giveUpAnnouncementOrLog(
  { logger }: OutboxContext,
  { item, reason }: FailedItem<ItemOf<"announce_to_hook" | "announce_to_webhook">>,
): boolean {
  const { announcement, tries } = item;
  const { event: announced, generationId, target } = announcement;
  const fields = { generationId, target, announced, tries, error: reason };
  if (tries < maxAnnounceTries) {
    logger.warn("Could not deliver an announcement; retrying.", { event: "announcement.retrying", ...fields });
    return false;
  }
  logger.error("Could not deliver an announcement; giving up.", { event: "announcement.given_up", ...fields });
  return true;
}

function giveUpCancelOrLog({ logger }: OutboxContext, { item, reason }: FailedItem<ItemOf<"cancel_job">>): boolean {
  const { generationId, providerId } = item.job;
  const fields = { generationId, providerId, tries: item.tries, error: reason };
  if (item.tries < maxCancelTries) {
    logger.info("Could not cancel an abandoned provider job yet; retrying.", {
      event: "abandoned_job.retrying",
      ...fields,
    });
    return false;
  }
  logger.warn("Could not cancel an abandoned provider job; the provider may still charge for it.", {
    event: "abandoned_job.given_up",
    ...fields,
  });
  return true;
}
