import type { Caller } from "../../model/define-model.js";
import type { ChangeList } from "../../ports/store/store-commands.js";
import { ServiceError } from "../errors/service-error.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { createChangeWaiter } from "./change-waiter.js";

/** What an owner is told, in the order of the owner's sequence. State, not history: what changed twice comes once. */
export type OwnerEvent =
  | {
      readonly type: "hello";
      readonly ownerTag: string;
      /** Where the owner stands as the stream begins. */
      readonly sequence: number;
      readonly serverTime: string;
    }
  | { readonly type: "generation"; readonly generation: WireGeneration }
  | { readonly type: "deleted"; readonly id: string; readonly sequence: number }
  /** What the owner's account holds, at the beginning and whenever that has changed. */
  | { readonly type: "credits"; readonly balance: number }
  /** The place given cannot be continued from: read everything again, and go on from this one. */
  | { readonly type: "resync"; readonly sequence: number }
  /** Nothing happened for a while. */
  | { readonly type: "beat" };

/**
 * Interval of the heartbeats. Below the shortest idle limit of a runtime, the 10 seconds of `Bun.serve`; proxies and clients
 * allow more.
 */
const beatMs = 8_000;
/** After so many heartbeats the rows are read again without a hint: a lost hint makes a change late, not lost. */
const beatsBetweenReads = 7;
/** More than a page follows at once, as soon as the reader has taken the first. */
const pageSize = 100;
/** When one who found too many watching may try again. */
const tooManyRetryMs = 30_000;

/**
 * Everything that changes for an owner, without a gap: listens first, then reads, and reads again whenever something may
 * have changed. Nothing is queued for a slow reader: the next page is read once it has taken the last.
 *
 * Ends when the signal aborts, the server closes, or `isAllowed` says so, which is asked at every beat.
 *
 * @param options.after sequence to go on from; `null` for what changes from now on.
 * @param options.random from 0 to below 1: streams that began together do not look together.
 * @throws {ServiceError} unavailable when too many watch already, this owner or all together.
 */
export async function* ownerEvents(
  context: ServiceContext,
  { accountId, ownerId }: Caller,
  options: {
    readonly after: number | null;
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly isAllowed: () => Promise<boolean>;
  },
): AsyncGenerator<OwnerEvent> {
  const { after, random, signal, isAllowed } = options;
  const { clock, ownerWatch, store } = context;
  const alarm = createChangeWaiter(context, { ownerId, accountId, waitMs: Math.ceil(beatMs * random()), signal });
  if (alarm === null) {
    const message = ownerWatch.isFull() ? "Too many streams are open." : "This owner watches in too many places.";
    throw new ServiceError("unavailable", message, { retryAfterMs: tooManyRetryMs });
  }
  try {
    if (alarm.isAborted()) return;
    const sequence = (await store.sequencesOf([ownerId])).get(ownerId) ?? 0;
    const ownerTag = await ownerTagOf(context, ownerId);
    yield { type: "hello", ownerTag, sequence, serverTime: new Date(clock.now()).toISOString() };
    let position = after ?? sequence;
    let balance: number | null = null;
    for (;;) {
      alarm.reset();
      const heard = ownerWatch.foreignCommits();
      const changes = await store.changedAfter({ ownerId, sequence: position, limit: pageSize });
      if (changes.resync) yield { type: "resync", sequence: changes.sequence };
      else yield* eventsOf(context, changes);
      position = changes.sequence;
      if (changes.hasMore) continue;
      const held = await balanceOf(context, accountId);
      if (held !== null && held !== balance) yield { type: "credits", balance: held };
      balance = held;
      // Nobody tells of balances that another process changes, but of each of its commits.
      const mayHaveChanged = (beats: number): boolean =>
        beats >= beatsBetweenReads || ownerWatch.foreignCommits() !== heard;
      for (let beats = 0; beats === 0 || !mayHaveChanged(beats); beats += 1) {
        await alarm.rung();
        if (alarm.isAborted()) return;
        if (!alarm.isOver()) break;
        alarm.renew(beatMs);
        if (!(await isAllowed())) return;
        yield { type: "beat" };
      }
    }
  } finally {
    alarm.dispose();
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
