import type { Store } from "../../ports/store/store.js";
import type { Held } from "../../ports/store/store-commands.js";
import type { WorkerContext } from "./worker-context.js";

/** Why a step must stop. After `lost`, the claim is no longer valid; otherwise this worker can still park the generation. */
export type InterruptReason = "lost" | "overdue" | "silent" | "draining";

/** The abort reason of a lease's signal. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly reason: InterruptReason;

  constructor(reason: InterruptReason) {
    super(reason === "silent" ? "The provider did not respond in time." : `The lease is ${reason}.`);
    this.reason = reason;
  }
}

/** The parts of a worker's context that a lease needs. */
export interface LeaseContext extends Pick<WorkerContext, "clock" | "leaseMs" | "logger" | "onCrashPoint" | "outage"> {
  readonly store: Pick<Store, "renew">;
}

/** Limits how long a provider may be silent. */
export interface SilenceWatch {
  /** Call it when the provider reports something. Does nothing after `stop`. */
  reset(): void;
  /** Ends the limit. */
  stop(): void;
}

/** The silence of a provider that was counted so far. */
interface Silence {
  readonly maxMs: number;
  countedMs: number;
  countedAt: number;
}

/** Renews a claim while a step runs, and aborts the step when it must stop. */
export class Lease {
  readonly held: Held;
  readonly #context: LeaseContext;
  readonly #controller = new AbortController();
  readonly #claimedAt: number;
  #renewedAt: number;
  #cancelRenewal: () => void = () => {};
  #limitAt: number;
  #cancelLimit: () => void = () => {};
  #isPaid = false;
  #silence: Silence | null = null;
  #isEnded = false;

  /**
   * @param options.claimedAt by the worker's clock, before the claim was sent: the lease cannot have begun earlier.
   * @param options.limitMs max time of the step, so that a call that hangs is interrupted.
   */
  constructor(
    context: LeaseContext,
    { held, claimedAt, limitMs }: { readonly held: Held; readonly claimedAt: number; readonly limitMs: number },
  ) {
    this.#context = context;
    this.held = held;
    this.#claimedAt = claimedAt;
    this.#renewedAt = claimedAt;
    this.#limitAt = context.clock.now() + limitMs;
    this.#scheduleLimit();
    this.#scheduleRenewal();
  }

  /** Aborted with {@link Interrupted} when the step must stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds since the claim was sent. */
  get heldForMs(): number {
    return this.#context.clock.now() - this.#claimedAt;
  }

  /** Whether the lease cannot have expired yet, so that no other worker can have claimed the generation. */
  get isCertain(): boolean {
    return !this.signal.aborted && !this.#isOverdue;
  }

  /** Remaining time of the step, in milliseconds. */
  get leftMs(): number {
    return Math.max(this.#limitAt - this.#context.clock.now(), 0);
  }

  /**
   * Marks the step as paid: a request is in flight from now on. Only a lost lease, the limit, a silent provider or
   * `abort` interrupts it. An expired lease does not, because the response can be recorded late.
   *
   * @throws {Interrupted} if the step has been interrupted.
   */
  beginPaid(): void {
    this.signal.throwIfAborted();
    this.#isPaid = true;
  }

  /**
   * Interrupts the step at the first renewal that comes `maxMs` or more after a reset. Counts at most one renewal
   * interval between two renewals, so that a sleeping machine does not look like a silent provider.
   */
  watchSilence(maxMs: number): SilenceWatch {
    const { clock } = this.#context;
    const watch: Silence = { maxMs, countedMs: 0, countedAt: clock.now() };
    this.#silence = watch;
    return {
      reset: () => {
        watch.countedMs = 0;
        watch.countedAt = clock.now();
      },
      stop: () => {
        if (this.#silence === watch) this.#silence = null;
      },
    };
  }

  /** Replaces the time that is left for the step. @param limitMs from now. */
  limit(limitMs: number): void {
    if (this.#isEnded) return;
    this.#limitAt = this.#context.clock.now() + limitMs;
    this.#scheduleLimit();
  }

  /** Extends the limit and renews at once: the store may have ended the lease at the earlier deadline. @param byMs milliseconds. */
  async extend(byMs: number): Promise<void> {
    if (this.#isEnded) return;
    this.#limitAt += byMs;
    this.#scheduleLimit();
    await this.#renew();
  }

  /** The worker drains: interrupts the step unless it is paid. */
  drain(): void {
    if (!this.#isPaid) this.#interrupt("draining");
  }

  /** The drain timed out: interrupts the step even if it is paid. */
  abort(): void {
    this.#interrupt("draining");
  }

  /** The step is over: stops the renewals. */
  end(): void {
    this.#cancelRenewal();
    this.#cancelLimit();
    this.#isEnded = true;
  }

  get #isOverdue(): boolean {
    return this.#context.clock.now() - this.#renewedAt >= this.#context.leaseMs;
  }

  #isSilent(): boolean {
    const silence = this.#silence;
    if (silence === null) return false;
    const { clock, leaseMs } = this.#context;
    const now = clock.now();
    silence.countedMs += Math.min(Math.max(now - silence.countedAt, 0), leaseMs / 3);
    silence.countedAt = now;
    return silence.countedMs >= silence.maxMs;
  }

  #scheduleLimit(): void {
    this.#cancelLimit();
    this.#cancelLimit = this.#context.clock.setTimer(this.leftMs, () => this.#interrupt("overdue"));
  }

  #scheduleRenewal(): void {
    if (this.#isEnded) return;
    this.#cancelRenewal();
    this.#cancelRenewal = this.#context.clock.setTimer(this.#context.leaseMs / 3, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    if (this.#isSilent()) return this.#interrupt("silent");
    // The machine slept or the event loop was blocked for longer than the lease, so another worker may have the
    // generation. The step stops, and the next claim decides which worker continues.
    if (this.#isOverdue && !this.#isPaid) return this.#interrupt("overdue");
    const { clock, leaseMs, logger, onCrashPoint, outage, store } = this.#context;
    const sentAt = clock.now();
    try {
      onCrashPoint?.("P16");
      const isHeld = await store.renew({ ...this.held, leaseMs });
      outage.end();
      if (this.#isEnded) return;
      if (!isHeld) return this.#interrupt("lost");
      this.#renewedAt = sentAt;
    } catch (error) {
      outage.report(error);
      logger.debug("Could not renew a lease; retrying.", { event: "lease.not_renewed", generationId: this.held.id });
      if (this.#isOverdue && !this.#isPaid) return this.#interrupt("overdue");
    }
    this.#scheduleRenewal();
  }

  #interrupt(reason: InterruptReason): void {
    this.end();
    this.#controller.abort(new Interrupted(reason));
  }
}
