import type { Caller } from "../../model/define-model.js";
import type { ChangeList } from "../../ports/store/store-queries.js";
import { ServiceError } from "../errors/service-error.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { createChangeWaiter } from "./change-waiter.js";

/** One event of an owner's stream, in the order of the owner's sequence. A generation that changed twice is sent once. */
export type OwnerEvent =
  | {
      readonly type: "hello";
      readonly ownerTag: string;
      /** The owner's sequence when the stream starts. */
      readonly sequence: number;
      readonly serverTime: string;
    }
  | { readonly type: "generation"; readonly generation: WireGeneration }
  | { readonly type: "deleted"; readonly id: string; readonly sequence: number }
  /** The balance of the owner's account, at the start and after each change. */
  | { readonly type: "credits"; readonly balance: number }
  /** The stream cannot continue from `after`: read everything again, then continue from this sequence. */
  | { readonly type: "resync"; readonly sequence: number }
  /** A heartbeat. */
  | { readonly type: "beat" };

/**
 * Interval of the heartbeats. It is below the lowest idle limit of a runtime, the 10 seconds of `Bun.serve`. Proxies and
 * clients allow more.
 */
const beatMs = 8_000;
/** Heartbeats until the rows are read again without a hint, so that a lost hint only delays a change. */
const beatsBetweenReads = 7;
/** Changes per read. The next page is read as soon as the reader has consumed this one. */
const pageSize = 100;
/** `Retry-After` of a refused stream. */
const tooManyRetryMs = 30_000;

/**
 * Streams an owner's changes without a gap: subscribes first, then reads, and reads again on each hint. Queues nothing for
 * a slow reader: reads the next page once the reader has consumed the last one.
 *
 * Ends when the signal aborts, the server closes, or `isAllowed`, called on each heartbeat, resolves to `false`.
 *
 * @param options.after sequence to continue from; `null` for changes from now on.
 * @param options.random from 0 to below 1: spreads the reads of streams that started together.
 * @throws {ServiceError} unavailable when this owner, or all owners together, have too many watches.
 */
export async function* ownerEvents(
  context: ServiceContext,
  options: {
    readonly caller: Caller;
    readonly after: number | null;
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly isAllowed: () => Promise<boolean>;
  },
): AsyncGenerator<OwnerEvent> {
  const { after, random, signal, isAllowed } = options;
  const { accountId, ownerId } = options.caller;
  const { clock, ownerWatch, store, unclaimedJobWarning } = context;
  const waiter = createChangeWaiter(context, { ownerId, accountId, waitMs: Math.ceil(beatMs * random()), signal });
  if (waiter === null) {
    const message = ownerWatch.isFull()
      ? "Too many streams are open."
      : "This owner has too many open streams and long polls.";
    throw new ServiceError("unavailable", message, { retryAfterMs: tooManyRetryMs });
  }
  try {
    if (waiter.isAborted()) return;
    const sequence = (await store.sequencesOf([ownerId])).get(ownerId) ?? 0;
    const ownerTag = await ownerTagOf(context, ownerId);
    yield { type: "hello", ownerTag, sequence, serverTime: new Date(clock.now()).toISOString() };
    let position = after ?? sequence;
    let balance: number | null = null;
    for (;;) {
      waiter.clear();
      const counterBefore = ownerWatch.changeCounter();
      const changes = await store.changedAfter({ ownerId, sequence: position, limit: pageSize });
      if (changes.resync) yield { type: "resync", sequence: changes.sequence };
      else yield* eventsOf(context, changes);
      unclaimedJobWarning.check(changes.changed, clock.now());
      position = changes.sequence;
      if (changes.hasMore) continue;
      const newBalance = await balanceOf(context, accountId);
      if (newBalance !== null && newBalance !== balance) yield { type: "credits", balance: newBalance };
      balance = newBalance;
      // Another process's balance changes arrive without an owner, as a commit only.
      const mayHaveChanged = (beats: number): boolean =>
        beats >= beatsBetweenReads || ownerWatch.changeCounter() !== counterBefore;
      for (let beats = 0; beats === 0 || !mayHaveChanged(beats); beats += 1) {
        await waiter.wait();
        if (waiter.isAborted()) return;
        if (!waiter.isTimedOut()) break;
        waiter.restartTimer(beatMs);
        if (!(await isAllowed())) return;
        await unclaimedJobWarning.recheck(clock.now());
        yield { type: "beat" };
      }
    }
  } finally {
    waiter.dispose();
  }
}

/** `null` where the host does not bill. */
async function balanceOf({ billing, store }: ServiceContext, accountId: string): Promise<number | null> {
  if (billing === null) return null;
  const { balance } = await store.listCredits({ accountId, limit: 1, before: null });
  return balance ?? billing.initialGrant;
}

async function* eventsOf(context: ServiceContext, { changed, deleted }: ChangeList): AsyncGenerator<OwnerEvent> {
  const generations = await toWireGenerations(context, changed);
  const events: { readonly sequence: number; readonly event: OwnerEvent }[] = [
    ...generations.map((generation) => ({
      sequence: generation.sequence,
      event: { type: "generation", generation } as const,
    })),
    ...deleted.map(({ id, sequence }) => ({ sequence, event: { type: "deleted", id, sequence } as const })),
  ];
  for (const { event } of events.sort((left, right) => left.sequence - right.sequence)) yield event;
}
