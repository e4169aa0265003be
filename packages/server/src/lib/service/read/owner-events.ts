import type { BalanceFrame, Changes, EventFrame } from "@safelight/client/contract";
import { teamOfGallery } from "../../generation/gallery-id.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { ServiceError } from "../errors/service-error.js";
import type { GalleryReader } from "../owners/gallery.js";
import { StreamPlaces } from "../queue/stream-places.js";
import type { ServiceContext } from "../service-context.js";
import { type ChangeWaiter, createChangeWaiter } from "../watch/change-waiter.js";
import type { WireGeneration } from "../wire/wire-generation.js";
import {
  type InSlot,
  type ReaderPosition,
  readChanges,
  readFrom,
  toWireChanges,
  withSnapshot,
} from "./read-changes.js";

/** One event of an owner's stream. */
export type OwnerEvent = EventFrame<WireGeneration> | "heartbeat";

/** Options of a stream. */
export interface OwnerEventsOptions {
  readonly caller: GalleryReader;
  /** Position to continue from; `null` for a snapshot. */
  readonly after: ReaderPosition | null;
  /** From 0 to below 1: spreads the reads of streams that started together. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called on each heartbeat; `false` ends the stream. */
  readonly isAllowed: () => Promise<boolean>;
  /**
   * Called after the read of each event, and before it is emitted. `false` ends the stream, also before its first event.
   * An error at the first event is thrown; a later one ends the stream.
   */
  readonly maySend?: (() => Promise<boolean>) | undefined;
  /** Runs the read of a snapshot. */
  readonly inSlot: InSlot;
}

/**
 * Interval of the heartbeats. It is below the lowest idle limit of a runtime, the 10 seconds of `Bun.serve`. Proxies and
 * clients allow more.
 */
const beatMs = 8_000;
/** Heartbeats until the rows are read again without a hint, so that a lost hint only delays a change. */
const beatsBetweenReads = 7;
/** `Retry-After` of a refused stream. */
const tooManyRetryMs = 30_000;

/**
 * An owner's changes without a gap: subscribes first, then reads, and reads again on each hint. Queues nothing for a slow
 * reader, and keeps no event: reads the next page once the reader has consumed the last one.
 *
 * Ends when the signal aborts, the server closes, or the caller is not allowed any more.
 */
export class OwnerEvents {
  readonly #context: ServiceContext;
  readonly #options: OwnerEventsOptions;
  readonly #waiter: ChangeWaiter;
  /** The step of the next event. Each step falls through to the next one if it has no event. */
  #step: "open" | "changes" | "balance" | "queue" | "wait" = "open";
  #position: ReaderPosition | null;
  #balance: number | null = null;
  #beats = 0;
  #changeCounter = 0;
  readonly #places: StreamPlaces;

  /** @throws {ServiceError} unavailable when this owner, or all owners together, have too many watches. */
  constructor(context: ServiceContext, options: OwnerEventsOptions) {
    const { after, caller, random, signal } = options;
    const waiter = createChangeWaiter(context, {
      ...caller,
      isCurrent: ({ sequence, timeline }) =>
        sequence === this.#position?.sequence && timeline === this.#position.timeline,
      waitMs: Math.ceil(beatMs * random()),
      signal,
    });
    if (waiter === null) {
      const message = context.ownerWatch.isFull()
        ? "Too many streams are open."
        : "This owner has too many open streams and long polls.";
      throw new ServiceError("unavailable", message, { retryAfterMs: tooManyRetryMs });
    }
    this.#context = context;
    this.#options = options;
    this.#waiter = waiter;
    this.#position = after;
    this.#places = new StreamPlaces(context, () => waiter.wake());
    // As for the waiter: `dispose` may never be called, if the caller awaits a promise that never settles.
    signal.addEventListener("abort", () => this.#places.dispose());
  }

  /**
   * Resolves to the next event, or to `null` at the end. Each call means that the reader has consumed the previous event.
   *
   * @throws {ServiceError} unavailable when there are too many lists in progress.
   */
  async next(): Promise<OwnerEvent | null> {
    for (;;) {
      if (this.#waiter.isAborted()) return this.#end();
      const isFirst = this.#step === "open";
      const event = await this.#nextOfStep();
      if (event === "end") return this.#end();
      if (event === null) continue;
      const { maySend } = this.#options;
      if (maySend === undefined) return event;
      const isAllowed = isFirst ? await maySend() : await maySend().catch(() => false);
      return isAllowed ? event : this.#end();
    }
  }

  #end(): null {
    this.#places.dispose();
    this.#waiter.dispose();
    return null;
  }

  #nextOfStep(): Promise<OwnerEvent | "end" | null> {
    switch (this.#step) {
      case "open":
        return this.#readFirst();
      case "changes":
        return this.#readChanges();
      case "balance":
        return this.#readBalance();
      case "queue":
        return this.#readPlaces();
      case "wait":
        return this.#awaitChange();
    }
  }

  /** Before each read: a later commit ends the wait. */
  #noteState(): void {
    this.#waiter.clear();
    this.#changeCounter = this.#context.ownerWatch.changeCounter();
  }

  async #readFirst(): Promise<OwnerEvent> {
    const { caller, inSlot, signal } = this.#options;
    this.#noteState();
    const position = this.#position;
    if (position === null) return this.#readSnapshot();
    let hasMore = false;
    const frame = await readFrom(this.#context, {
      caller,
      position,
      signal,
      inSlot,
      toResult: (changes) => {
        hasMore = changes?.hasMore ?? false;
        return withSnapshot(this.#context, { caller, scope: null, changes, onRead: (active) => this.#follow(active) });
      },
    });
    this.#places.noteSent(frame.generations);
    return this.#continueFrom(frame, { hasMore: frame.resync ? frame.hasMore : hasMore });
  }

  async #readSnapshot(): Promise<OwnerEvent> {
    const { caller, inSlot } = this.#options;
    const onRead = (active: readonly GenerationRecord[]): void => this.#follow(active);
    const frame = await inSlot(() => withSnapshot(this.#context, { caller, scope: null, changes: null, onRead }));
    this.#places.noteSent(frame.generations);
    return this.#continueFrom(frame, frame);
  }

  /** Follows the generations of a snapshot: those that wait. */
  #follow(active: readonly GenerationRecord[]): void {
    this.#places.clear();
    this.#places.follow(active);
  }

  #continueFrom<Frame extends ReaderPosition>(frame: Frame, { hasMore }: { readonly hasMore: boolean }): Frame {
    this.#position = { sequence: frame.sequence, timeline: frame.timeline ?? this.#position?.timeline };
    this.#step = hasMore ? "changes" : "balance";
    return frame;
  }

  async #readChanges(): Promise<OwnerEvent | null> {
    const { caller, signal } = this.#options;
    const { clock, unclaimedJobWarning } = this.#context;
    this.#noteState();
    if (this.#position === null) return this.#readSnapshot();
    const changes = await readChanges(this.#context, { caller, position: this.#position, signal });
    if (changes === null) return this.#readSnapshot();
    await unclaimedJobWarning.check(changes.changed, clock.now());
    const frame: Changes<WireGeneration> = await toWireChanges(this.#context, changes);
    this.#continueFrom(frame, changes);
    this.#places.follow(changes.changed);
    this.#places.forget(changes.deleted.map(({ id }) => id));
    this.#places.noteSent(frame.changed);
    return frame.changed.length + frame.deleted.length === 0 ? null : frame;
  }

  async #readBalance(): Promise<BalanceFrame | null> {
    const { billing, store } = this.#context;
    this.#step = "queue";
    this.#beats = 0;
    // The host's own credit system emits no changes: the client reads the balance with `GET /credits`.
    if (billing === null || billing.host !== undefined) return null;
    const { accountId, ownerId } = this.#options.caller;
    // The member's own stream emits the balance.
    if (teamOfGallery(ownerId) !== null) return null;
    const { balance: found } = await store.listCredits({ accountId, limit: 1, before: null });
    const balance = found ?? billing.initialGrant;
    if (balance === this.#balance) return null;
    this.#balance = balance;
    return { balance };
  }

  async #readPlaces(options?: { readonly all: boolean }): Promise<Changes<WireGeneration> | null> {
    this.#step = "wait";
    if (this.#places.isEmpty || this.#position === null) return null;
    const queue = await this.#places.read(options);
    return queue.length === 0 ? null : { sequence: this.#position.sequence, changed: [], deleted: [], queue };
  }

  async #awaitChange(): Promise<OwnerEvent | "end" | null> {
    const { clock, ownerWatch, unclaimedJobWarning } = this.#context;
    if (!this.#places.hasMoved) await this.#waiter.wait();
    if (!this.#waiter.isTimedOut()) {
      this.#step = this.#waiter.isNotified() ? "changes" : "queue";
      return null;
    }
    this.#waiter.restartTimer(beatMs);
    if (!(await this.#options.isAllowed())) return "end";
    await unclaimedJobWarning.recheck(clock.now());
    this.#beats += 1;
    // Another process's balance changes arrive without an owner, as a commit only.
    const mayHaveChanged = this.#beats >= beatsBetweenReads || ownerWatch.changeCounter() !== this.#changeCounter;
    // Repeats the places, which no position covers: a tab may have missed the message of its leader.
    const places = await this.#readPlaces({ all: true });
    if (mayHaveChanged) this.#step = "changes";
    return places ?? "heartbeat";
  }
}
