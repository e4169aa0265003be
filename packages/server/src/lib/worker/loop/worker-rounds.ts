import type { ClaimedGeneration } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { ClaimCommand, DueGeneration } from "../../ports/store/store-commands.js";
import { Lease } from "../context/lease.js";
import { PendingWork } from "../context/pending-work.js";
import type { WorkerContext } from "../context/worker-context.js";
import { OutboxDrain } from "../outbox/outbox-drain.js";
import { advanceGeneration, endOverdue } from "../steps/advance-generation.js";
import { endOf } from "../steps/next-step.js";
import { logClockJumps } from "./clock-jumps.js";
import { keptGenerations } from "./kept-generations.js";
import { keptInputs } from "./kept-inputs.js";
import { Pace } from "./pace.js";
import { type Kept, Retention } from "./retention.js";
import { SlotShares } from "./slot-shares.js";
import { StrandedWork } from "./stranded-work.js";

/** What one round found to do. */
export interface Round {
  readonly claimed: number;
  /** Whether there is room for more than was claimed. */
  readonly hasRoom: boolean;
  /** Whether a due generation was skipped because its provider or owner has used up its share. */
  readonly hasPassedOver: boolean;
}

/** How many generations past their deadline are taken at once by a worker without room. */
const overdueBatch = 20;
/** And how often at most they are looked for: that reads past everything that waits for room. */
const overdueIntervalMs = 1_000;
/** No question to a provider or a storage takes longer. */
const longestStepMs = 300_000;

/** What a round has claimed. */
interface Claimed {
  readonly launches: readonly Launch[];
  readonly hasPassedOver: boolean;
}

/** A claimed generation, and how it is taken further. */
interface Launch {
  readonly claim: ClaimedGeneration;
  /** Of the worker's clock, before the claim was sent. */
  readonly claimedAt: number;
  readonly take: typeof advanceGeneration;
  /** Counted against the worker's concurrency. */
  readonly takesSlot: boolean;
}

/**
 * Claims what is due, as much as there is room for, and keeps hold of what is under way. Deadlines are kept without
 * room, too: to end a generation asks nobody but the store, and whatever holds the room may hang.
 */
export class WorkerRounds {
  readonly outbox: OutboxDrain;
  readonly stranded: StrandedWork;
  readonly #context: WorkerContext;
  readonly #models: readonly string[];
  readonly #leases = new Set<Lease>();
  readonly #slots: SlotShares;
  readonly #underWay = new PendingWork();
  readonly #drain = new AbortController();
  readonly #retentions: readonly Retention[];
  readonly #overduePace: Pace;

  constructor(context: WorkerContext, concurrency: number) {
    this.#context = context;
    this.#retentions = keptFor(context).map((kept) => new Retention(context, kept));
    this.#models = Object.keys(context.models);
    const providers = Object.entries(context.models).map(([name, model]) => [name, model.providers[0].id] as const);
    this.#slots = new SlotShares({ slots: concurrency, providers: new Map(providers) });
    this.#overduePace = new Pace(context.clock, overdueIntervalMs);
    this.outbox = new OutboxDrain(context, this.#drain.signal);
    this.stranded = new StrandedWork(context);
  }

  /**
   * Claims and begins; does not wait for what it began.
   *
   * @param onDone called as each of them is done with, and when it is time for another round.
   */
  async begin(onDone: () => void): Promise<Round> {
    const { launches, hasPassedOver } = await this.#claim(onDone);
    for (const launch of launches) this.#launch(launch).finally(onDone);
    return { claimed: launches.length, hasRoom: this.#room > 0, hasPassedOver };
  }

  /** The models whose due generations this worker would take now. */
  get openModels(): readonly string[] {
    return this.#slots.openModels;
  }

  /** Claims, advances each by one step, and waits for all of it. */
  async tick(): Promise<number> {
    const { launches } = await this.#claim(() => {});
    const steps = launches.map((launch) => this.#launch(launch));
    const [outbox] = await Promise.allSettled([
      this.outbox.drain(),
      this.forget(),
      logClockJumps(this.#context),
      ...steps,
    ]);
    if (outbox.status === "rejected") throw outbox.reason;
    return launches.length;
  }

  /** Milliseconds until `forget` is worth it; `Infinity` where everything is kept for ever. */
  get forgetInMs(): number {
    return Math.min(...this.#retentions.map(({ leftMs }) => leftMs));
  }

  /**
   * Forgets what is kept for a time only, where it has had that.
   *
   * @param onForgotten called as something was: its bytes are in the outbox.
   */
  async forget(onForgotten: () => void = () => {}): Promise<void> {
    const { signal } = this.#drain;
    const forget = async (retention: Retention): Promise<void> => {
      if ((await retention.forget(signal)) > 0) onForgotten();
    };
    await this.#underWay.track(Promise.all(this.#retentions.map(forget)));
  }

  /** No new claims; what is not paid for is given back at once. */
  drain(): void {
    this.#drain.abort(new Error("The worker is draining."));
    this.#overduePace.stop();
    for (const lease of this.#leases) lease.drain();
  }

  /** Interrupts what is left. */
  cut(): void {
    for (const lease of this.#leases) lease.cut();
  }

  /** Waits until nothing is under way. */
  async settled(): Promise<void> {
    const { lateRecords } = this.#context;
    await this.#underWay.settled();
    await lateRecords.settled();
    await this.outbox.settled();
  }

  /** None where the host may end the process before a step is over. */
  get #room(): number {
    return this.#context.budget.isEnough ? this.#slots.free : 0;
  }

  /** @param onTime called when it is time for another round. */
  async #claim(onTime: () => void): Promise<Claimed> {
    if (this.#drain.signal.aborted) return { launches: [], hasPassedOver: false };
    const room = this.#room;
    const due = room > 0 ? await this.#claimDue(room) : { launches: [], hasPassedOver: true };
    // With room left and nothing skipped, the claim above covered everything overdue.
    if (!due.hasPassedOver && due.launches.length < room) return due;
    return { ...due, launches: [...due.launches, ...(await this.#claimOverdue(onTime))] };
  }

  async #claimDue(room: number): Promise<Claimed> {
    const models = this.#slots.openModels;
    let hasPassedOver = models.length < this.#models.length;
    const choose = (due: readonly DueGeneration[]): readonly DueGeneration[] => {
      const chosen = this.#slots.choose(due, room);
      hasPassedOver ||= chosen.length < due.length;
      return chosen;
    };
    const { claimedAt, claims } = await this.#take({ models, limit: room, choose });
    const launches = claims.map((claim) => ({ claim, claimedAt, take: advanceGeneration, takesSlot: true }));
    return { launches, hasPassedOver };
  }

  async #claimOverdue(onTime: () => void): Promise<readonly Launch[]> {
    if (!this.#overduePace.isTime(onTime)) return [];
    const { claimedAt, claims } = await this.#take({ models: [], limit: overdueBatch });
    // After as many as one look takes, there may be more.
    if (claims.length < overdueBatch) this.#overduePace.rest();
    return claims.map((claim) => ({ claim, claimedAt, take: endOverdue, takesSlot: false }));
  }

  async #take(
    command: Pick<ClaimCommand, "models" | "limit" | "choose">,
  ): Promise<{ readonly claimedAt: number; readonly claims: readonly ClaimedGeneration[] }> {
    const { clock, createToken, leaseMs, store } = this.#context;
    const claimedAt = clock.now();
    return { claimedAt, claims: await store.claim({ ...command, leaseMs, token: createToken() }) };
  }

  #launch(launch: Launch): Promise<void> {
    const { claim, claimedAt, takesSlot } = launch;
    const { id, epoch } = claim.generation;
    const lease = new Lease(
      this.#context,
      { id, epoch },
      { claimedAt, limitMs: Math.min(limitOf(claim, this.#context), this.#context.budget.leftMs) },
    );
    this.#leases.add(lease);
    if (takesSlot) this.#slots.hold(claim.generation);
    // The claim was on its way when the drain began.
    if (this.#drain.signal.aborted) lease.drain();
    const step = this.#advance(launch, lease).finally(() => {
      lease.end();
      this.#leases.delete(lease);
      this.#slots.release(claim.generation);
    });
    return this.#underWay.track(step);
  }

  /** Never rejects: what went wrong is logged, the lease lapses, and whoever claims next tries again. */
  async #advance({ claim, take }: Launch, lease: Lease): Promise<void> {
    const { id, state } = claim.generation;
    try {
      this.#context.onCrashPoint?.("P4");
      await take(this.#context, claim, lease);
    } catch (error) {
      this.#context.logger.error("A step could not be finished; it is tried again when its lease has lapsed.", {
        generationId: id,
        state,
        error: errorText(error),
      });
    }
  }
}

/**
 * The time until the generation must have ended, so that a call that hangs never holds it longer. A paid request gets all of
 * it, and a limit of its own in `submitAttempt`; every other step gets at most `longestStepMs`. To end a generation that is
 * past its time needs only the store.
 */
function limitOf({ generation, now }: ClaimedGeneration, context: WorkerContext): number {
  const leftMs = endOf(generation, context) - now;
  if (leftMs <= 0) return longestStepMs;
  const isSubmit = generation.state === "queued" || generation.state === "retry_wait";
  return isSubmit ? leftMs : Math.min(leftMs, longestStepMs);
}

/** What is kept for a time only. */
function keptFor(context: WorkerContext): readonly Kept[] {
  const { keepGenerationsMs = null, keepInputsMs } = context;
  return [
    ...(keepInputsMs === undefined ? [] : [keptInputs(context, keepInputsMs)]),
    ...(keepGenerationsMs === null ? [] : [keptGenerations(context, keepGenerationsMs)]),
  ];
}
