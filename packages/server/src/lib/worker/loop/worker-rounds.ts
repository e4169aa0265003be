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

/** The result of one round. */
export interface Round {
  readonly claimed: number;
  /** Whether slots are still free after the claim. */
  readonly hasRoom: boolean;
  /** Whether a due generation was skipped because its provider or owner has used up its share. */
  readonly hasPassedOver: boolean;
}

/** Max overdue generations of one claim by a worker without a free slot. */
const overdueBatch = 20;
/** Min interval between two such claims, because each reads past all generations that wait for a slot. */
const overdueIntervalMs = 1_000;
/** Max time of a step without a paid request. */
const longestStepMs = 300_000;

/** The result of one claim. */
interface Claimed {
  readonly launches: readonly Launch[];
  readonly hasPassedOver: boolean;
}

/** A claimed generation and the function that advances it. */
interface Launch {
  readonly claim: ClaimedGeneration;
  /** By the worker's clock, before the claim was sent. */
  readonly claimedAt: number;
  readonly take: typeof advanceGeneration;
  /** Whether it counts against the worker's concurrency. */
  readonly takesSlot: boolean;
}

/**
 * Claims due generations up to the number of free slots, and tracks the steps in progress. It also settles overdue
 * generations without a free slot: that needs only the store, and the steps that hold the slots may hang.
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
   * Claims and begins steps; does not wait for them.
   *
   * @param onDone called after each step, and when it is time for another round.
   */
  async begin(onDone: () => void): Promise<Round> {
    const { launches, hasPassedOver } = await this.#claim(onDone);
    for (const launch of launches) this.#launch(launch).finally(onDone);
    return { claimed: launches.length, hasRoom: this.#room > 0, hasPassedOver };
  }

  /** The models whose due generations this worker would claim now. */
  get openModels(): readonly string[] {
    return this.#slots.openModels;
  }

  /** Claims, advances each generation by one step, and waits for all steps. */
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

  /** Milliseconds until `forget` is due; `Infinity` if nothing has a retention time. */
  get forgetInMs(): number {
    return Math.min(...this.#retentions.map(({ leftMs }) => leftMs));
  }

  /**
   * Purges rows whose retention time is over.
   *
   * @param onForgotten called after a purge that deleted rows: their bytes are in the outbox.
   */
  async forget(onForgotten: () => void = () => {}): Promise<void> {
    const { signal } = this.#drain;
    const forget = async (retention: Retention): Promise<void> => {
      if ((await retention.forget(signal)) > 0) onForgotten();
    };
    await this.#underWay.track(Promise.all(this.#retentions.map(forget)));
  }

  /** Begins no new claims, and releases unpaid leases at once. */
  drain(): void {
    this.#drain.abort(new Error("The worker is draining."));
    this.#overduePace.stop();
    for (const lease of this.#leases) lease.drain();
  }

  /** Interrupts all remaining steps. */
  cut(): void {
    for (const lease of this.#leases) lease.cut();
  }

  /** Waits until no step, late record or outbox item is in progress. */
  async settled(): Promise<void> {
    const { lateRecords } = this.#context;
    await this.#underWay.settled();
    await lateRecords.settled();
    await this.outbox.settled();
  }

  /** Free slots; 0 if the host may end the process before a step is over. */
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
    // After a full batch, more may be overdue.
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
    // The claim was in flight when the drain began.
    if (this.#drain.signal.aborted) lease.drain();
    const step = this.#advance(launch, lease).finally(() => {
      lease.end();
      this.#leases.delete(lease);
      this.#slots.release(claim.generation);
    });
    return this.#underWay.track(step);
  }

  /** Never rejects: logs the error and lets the lease expire, so that the next claim retries the step. */
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
 * The time until the generation must have ended, so that a hanging call never holds it longer. A paid request gets all
 * of it, and `submitAttempt` limits it further. Every other step gets at most `longestStepMs`. Settling an overdue
 * generation needs only the store.
 */
function limitOf({ generation, now }: ClaimedGeneration, context: WorkerContext): number {
  const leftMs = endOf(generation, context) - now;
  if (leftMs <= 0) return longestStepMs;
  const isSubmit = generation.state === "queued" || generation.state === "retry_wait";
  return isSubmit ? leftMs : Math.min(leftMs, longestStepMs);
}

/** The kinds of rows for which the host set a retention time. */
function keptFor(context: WorkerContext): readonly Kept[] {
  const { keepGenerationsMs = null, keepInputsMs } = context;
  return [
    ...(keepInputsMs === undefined ? [] : [keptInputs(context, keepInputsMs)]),
    ...(keepGenerationsMs === null ? [] : [keptGenerations(context, keepGenerationsMs)]),
  ];
}
