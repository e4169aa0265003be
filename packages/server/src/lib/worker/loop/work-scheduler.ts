import type { ClaimedGeneration } from "../../generation/generation-record.js";
import { isLongCopy } from "../../generation/long-copy.js";
import { errorText } from "../../ports/error-text.js";
import { queueHintOf } from "../../ports/queue-hint.js";
import type { ClaimCommand, DueGeneration } from "../../ports/store/store-commands.js";
import { PendingWork } from "../../process/pending-work.js";
import { Lease } from "../context/lease.js";
import type { WorkerContext } from "../context/worker-context.js";
import { OutboxDrainer } from "../outbox/outbox-drainer.js";
import { advanceGeneration, endOverdue } from "../steps/advance-generation.js";
import type { LeasedClaim } from "../steps/step.js";
import { stepLimitMs } from "../steps/step-limit.js";
import { defaultSweepLimit, enqueueDue } from "./enqueue-due.js";
import { logClockJumps } from "./log-clock-jumps.js";
import { purgesOf } from "./purges-of.js";
import { Retention } from "./retention.js";
import { SlotShares } from "./slot-shares.js";
import { Throttle } from "./throttle.js";
import { UnservedModelWarning } from "./unserved-model-warning.js";

/** The result of one claim cycle. */
export interface ClaimCycle {
  readonly claimed: number;
  /** Whether slots are still free after the claim. */
  readonly hasFreeSlots: boolean;
  /** Whether a due generation may have been skipped: its provider or owner has used up its share, or no slot is free. */
  readonly hasSkipped: boolean;
}

/** Max overdue generations of one claim by a worker without a free slot. */
const overdueBatchSize = 20;
/** Min interval between two such claims, because each reads past all generations that wait for a slot. */
const overdueIntervalMs = 1_000;

/** The steps that one claim began. */
interface BegunSteps {
  readonly steps: readonly Promise<void>[];
  readonly hasSkipped: boolean;
}

/** Options of a claim. */
interface ClaimOptions {
  /** Called after each step. */
  readonly onDone?: () => void;
  /** Called when overdue generations can be claimed again, if this claim came too soon after the last one. */
  readonly onReady?: () => void;
}

/** A claimed generation and the function that advances it. */
interface ClaimedTask {
  readonly claim: ClaimedGeneration;
  /** By the worker's clock, before the claim was sent. */
  readonly claimedAt: number;
  readonly advance: typeof advanceGeneration;
  /** Whether it counts against the worker's concurrency. */
  readonly takesSlot: boolean;
}

/**
 * Claims due generations up to the number of free slots, and tracks the steps in progress. It also settles overdue
 * generations without a free slot: that needs only the store, and the steps that hold the slots may hang.
 */
export class WorkScheduler {
  readonly outbox: OutboxDrainer;
  readonly unservedModels: UnservedModelWarning;
  readonly #context: WorkerContext;
  readonly #models: readonly string[];
  /** The leases of the steps in progress, with the owners of their generations. */
  readonly #leases = new Map<Lease, string>();
  readonly #slots: SlotShares;
  readonly #inProgress = new PendingWork();
  readonly #drain = new AbortController();
  readonly #retentions: readonly Retention[];
  readonly #overdueThrottle: Throttle;
  #lastClaim: Promise<unknown> = Promise.resolve();

  constructor(context: WorkerContext, concurrency: number) {
    this.#context = context;
    this.#retentions = purgesOf(context).map((purge) => new Retention(context, purge));
    this.#models = Object.keys(context.models);
    const providers = Object.entries(context.models).map(([name, model]) => [name, model.providers[0].id] as const);
    this.#slots = new SlotShares({ slots: concurrency, providers: new Map(providers) });
    this.#overdueThrottle = new Throttle(context.clock, overdueIntervalMs);
    this.outbox = new OutboxDrainer(context, this.#drain.signal);
    this.unservedModels = new UnservedModelWarning(context);
  }

  /**
   * Claims and begins steps; does not wait for them.
   *
   * @param onDone called after each step, and when another cycle is due.
   */
  async begin(onDone: () => void): Promise<ClaimCycle> {
    const { hasSkipped, steps } = await this.#claim({ onDone, onReady: onDone });
    return { claimed: steps.length, hasFreeSlots: this.#freeSlots > 0, hasSkipped };
  }

  /** The models whose due generations this worker would claim now. */
  get openModels(): readonly string[] {
    return this.#slots.openModels;
  }

  /** Claims, advances each generation until it must wait, drains the outbox, purges, and waits for all of it. */
  async tick(): Promise<number> {
    const { steps } = await this.#claim({});
    // Workers that subscribe poll the rows themselves.
    const sweeps = this.#context.dispatcher.onWake === undefined;
    const [maintained] = await Promise.allSettled([sweeps ? this.sweep() : this.maintain(), ...steps]);
    if (maintained.status === "rejected") throw maintained.reason;
    return steps.length;
  }

  /** Enqueues generations whose wake was lost or whose worker crashed, and does what `maintain` does. Returns their number. */
  async sweep(limit = defaultSweepLimit): Promise<number> {
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new TypeError("Invalid limit of sweep: use a whole number from 1.");
    if (this.isDraining) return 0;
    const [swept, maintained] = await Promise.allSettled([
      enqueueDue(this.#context, { limit, models: this.#models }),
      this.maintain(),
    ]);
    if (swept.status === "rejected") throw swept.reason;
    if (maintained.status === "rejected") throw maintained.reason;
    return swept.value;
  }

  /**
   * Claims one generation if it is due, and advances it until it must wait. Takes no slot: the caller limits how many run.
   *
   * @returns whether it was claimed.
   */
  async advance(id: string): Promise<boolean> {
    if (this.isDraining) return false;
    const claiming = this.#sendClaim({ models: this.#models, limit: 1, id });
    const { claimedAt, claims } = await this.#inProgress.track(claiming);
    const task = { claimedAt, advance: advanceGeneration, takesSlot: false };
    await Promise.all(claims.map((claim) => this.#start({ ...task, claim })));
    return claims.length > 0;
  }

  /** Drains one batch of the outbox, purges, and waits for both. */
  async maintain(): Promise<void> {
    const [outbox] = await Promise.allSettled([
      this.outbox.drain(),
      this.purge(),
      this.unservedModels.dropUnclaimed(),
      logClockJumps(this.#context),
    ]);
    if (outbox.status === "rejected") throw outbox.reason;
  }

  get isDraining(): boolean {
    return this.#drain.signal.aborted;
  }

  /** Milliseconds until `purge` is due; `Infinity` if nothing has a retention time. */
  get purgeInMs(): number {
    return Math.min(...this.#retentions.map(({ leftMs }) => leftMs));
  }

  /**
   * Purges rows whose retention time is over.
   *
   * @param onPurged called after a purge that deleted rows: their bytes are in the outbox.
   */
  async purge(onPurged: () => void = () => {}): Promise<void> {
    const { signal } = this.#drain;
    const purge = async (retention: Retention): Promise<void> => {
      if ((await retention.purge(signal)) > 0) onPurged();
    };
    await this.#inProgress.track(Promise.all(this.#retentions.map(purge)));
  }

  /**
   * Begins no new claims, and releases unpaid leases at once.
   *
   * @param options.except an owner whose leases stay.
   */
  drain({ except }: { readonly except?: string | undefined } = {}): void {
    this.#drain.abort(new Error("The worker is draining."));
    this.#overdueThrottle.stop();
    for (const [lease, ownerId] of this.#leases) if (ownerId !== except) lease.drain();
  }

  /** Interrupts all remaining steps, also paid requests. */
  abortAll(): void {
    for (const lease of this.#leases.keys()) lease.abort();
  }

  /** Waits until no step, late record or outbox item is in progress. */
  async settled(): Promise<void> {
    const { lateRecords } = this.#context;
    await this.#inProgress.settled();
    await lateRecords.settled();
    await this.outbox.settled();
  }

  /** 0 if the host may end the process before a step is over. */
  get #freeSlots(): number {
    return this.#context.budget.isEnough ? this.#slots.free : 0;
  }

  /** One claim at a time: `tick` and the loop may run at once, and a claim takes all free slots. */
  #claim(options: ClaimOptions): Promise<BegunSteps> {
    const claiming = this.#inProgress.track(this.#lastClaim.then(() => this.#claimNow(options)));
    this.#lastClaim = claiming.catch(() => {});
    return claiming;
  }

  async #claimNow(options: ClaimOptions): Promise<BegunSteps> {
    if (this.isDraining) return { steps: [], hasSkipped: false };
    const limit = this.#freeSlots;
    const due = limit > 0 ? await this.#claimDue(limit, options) : { steps: [], hasSkipped: true };
    // With free slots left and nothing skipped, the claim above covered everything overdue.
    if (!due.hasSkipped && due.steps.length < limit) return due;
    return { ...due, steps: [...due.steps, ...(await this.#claimOverdue(options))] };
  }

  async #claimDue(limit: number, { onDone }: ClaimOptions): Promise<BegunSteps> {
    const models = this.#slots.openModels;
    const longCopies = this.#slots.canStartLongCopy;
    let hasSkipped = models.length < this.#models.length || !longCopies;
    const choose = (due: readonly DueGeneration[]): readonly DueGeneration[] => {
      const chosen = this.#slots.choose(due, limit);
      hasSkipped ||= chosen.length < due.length;
      return chosen;
    };
    const { claimedAt, claims } = await this.#sendClaim({ models, limit, longCopies, choose });
    const task = { claimedAt, advance: advanceGeneration, takesSlot: true };
    return { steps: claims.map((claim) => this.#start({ ...task, claim }, onDone)), hasSkipped };
  }

  async #claimOverdue({ onDone, onReady }: ClaimOptions): Promise<readonly Promise<void>[]> {
    if (!this.#overdueThrottle.isReady({ onReady })) return [];
    const { claimedAt, claims } = await this.#sendClaim({ models: [], limit: overdueBatchSize });
    // After a full batch, more may be overdue.
    if (claims.length < overdueBatchSize) this.#overdueThrottle.start();
    const task = { claimedAt, advance: endOverdue, takesSlot: false };
    return claims.map((claim) => this.#start({ ...task, claim }, onDone));
  }

  async #sendClaim(
    command: Pick<ClaimCommand, "models" | "limit" | "longCopies" | "choose" | "id">,
  ): Promise<{ readonly claimedAt: number; readonly claims: readonly ClaimedGeneration[] }> {
    const { clock, createToken, eventBus, leaseMs, limits, store } = this.#context;
    const claimedAt = clock.now();
    const claims = await store.claim({ ...command, leaseMs, limits, token: createToken() });
    const dequeued = claims.filter(({ generation: { state } }) => state === "queued" || state === "retry_wait");
    if (dequeued.length > 0)
      eventBus.hint([...new Set(dequeued.map(({ generation }) => queueHintOf(generation.gate)))]);
    return { claimedAt, claims };
  }

  #start(task: ClaimedTask, onDone: () => void = () => {}): Promise<void> {
    const { claim, claimedAt, takesSlot } = task;
    const { id, epoch, state } = claim.generation;
    const lease = new Lease(this.#context, {
      held: { id, epoch },
      claimedAt,
      limitMs: stepLimitMs(claim, this.#context),
    });
    this.#leases.set(lease, claim.generation.ownerId);
    const holder = { ...claim.generation, isLongCopy: isLongCopy(claim.generation), isStart: state === "queued" };
    if (takesSlot) this.#slots.hold(holder);
    // The claim was in flight when the drain began.
    if (this.isDraining) lease.drain();
    const beginLongCopy = () => !takesSlot || this.#slots.beginLongCopy(holder);
    const releaseSlot = () => {
      this.#slots.release(holder);
      onDone();
    };
    const step = this.#advance(task, { claim, lease, beginLongCopy, releaseSlot }).finally(() => {
      lease.end();
      this.#leases.delete(lease);
      releaseSlot();
    });
    return this.#inProgress.track(step);
  }

  /** Never rejects: logs the error and lets the lease expire, so that the next claim retries the step. */
  async #advance({ advance }: ClaimedTask, given: LeasedClaim): Promise<void> {
    const { id, state } = given.claim.generation;
    try {
      this.#context.onCrashPoint?.("P4");
      await advance(this.#context, given);
    } catch (error) {
      this.#context.logger.error("A step failed; retrying when its lease has expired.", {
        event: "step.failed",
        generationId: id,
        state,
        error: errorText(error),
      });
    }
  }
}
