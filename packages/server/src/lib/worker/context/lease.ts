import type { Store } from "../../ports/store/store.js";
import type { Held } from "../../ports/store/store-commands.js";
import type { WorkerContext } from "./worker-context.js";

/** Why a step must stop. After `lost` another worker has the generation; otherwise it is still there to be given back. */
export type InterruptReason = "lost" | "overdue" | "silent" | "draining";

/** What the signal of a lease is aborted with. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly reason: InterruptReason;

  constructor(reason: InterruptReason) {
    super(reason === "silent" ? "The provider did not respond in time." : `The lease is ${reason}.`);
    this.reason = reason;
  }
}

/** What of a worker a lease needs. */
export interface LeaseContext extends Pick<WorkerContext, "clock" | "leaseMs" | "logger" | "onCrashPoint" | "outage"> {
  readonly store: Pick<Store, "renew">;
}

/** Limits how long a provider may be silent. */
export interface SilenceWatch {
  /** The provider reported something. Does nothing after `stop`. */
  reset(): void;
  /** Ends the limit. */
  stop(): void;
}

/** Keeps a claim alive while a step runs, and tells the step when it must stop. */
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
  #silence: { readonly maxMs: number; renewals: number } | null = null;
  #isEnded = false;

  /**
   * @param options.claimedAt of the worker's clock, before the claim was sent: the lease cannot have begun earlier.
   * @param options.limitMs how long the step may take at most. Whatever hangs in it must not hang for ever.
   */
  constructor(
    context: LeaseContext,
    held: Held,
    { claimedAt, limitMs }: { readonly claimedAt: number; readonly limitMs: number },
  ) {
    this.#context = context;
    this.held = held;
    this.#claimedAt = claimedAt;
    this.#renewedAt = claimedAt;
    this.#limitAt = context.clock.now() + limitMs;
    this.#limit();
    this.#schedule();
  }

  /** Aborted with {@link Interrupted} when the step must stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds since the claim was sent. */
  get heldForMs(): number {
    return this.#context.clock.now() - this.#claimedAt;
  }

  /** Whether nobody else can have taken the generation yet. */
  get isCertain(): boolean {
    return !this.signal.aborted && !this.#isOverdue;
  }

  /** How long the step may still take, in milliseconds. */
  get leftMs(): number {
    return Math.max(this.#limitAt - this.#context.clock.now(), 0);
  }

  /**
   * From here on a paid request is on its way. Only losing the generation to another worker, or the limit, interrupts the
   * step now: the reply is worth more than punctuality, and can be recorded late.
   */
  beginPaid(): void {
    this.#isPaid = true;
  }

  /**
   * Interrupts the step after `maxMs` without a reset. Counts renewals instead of time, so that a sleeping machine does not
   * look like a silent provider.
   */
  watchSilence(maxMs: number): SilenceWatch {
    const watch = { maxMs, renewals: 0 };
    this.#silence = watch;
    return {
      reset: () => {
        watch.renewals = 0;
      },
      stop: () => {
        if (this.#silence === watch) this.#silence = null;
      },
    };
  }

  /** Lets the step take longer, and renews at once: so far the lease may have been cut short at the deadline. */
  async prolong(byMs: number): Promise<void> {
    if (this.#isEnded) return;
    this.#limitAt += byMs;
    this.#limit();
    await this.#renew();
  }

  /** The worker stops: interrupts whatever is not paid for. */
  drain(): void {
    if (!this.#isPaid) this.#interrupt("draining");
  }

  /** The drain is over: interrupts what is paid for, too. */
  cut(): void {
    this.#interrupt("draining");
  }

  /** The step is over; nothing is renewed any more. */
  end(): void {
    this.#cancelRenewal();
    this.#cancelLimit();
    this.#isEnded = true;
  }

  get #isOverdue(): boolean {
    return this.#context.clock.now() - this.#renewedAt >= this.#context.leaseMs;
  }

  #isSilent(): boolean {
    if (this.#silence === null) return false;
    this.#silence.renewals += 1;
    return (this.#silence.renewals * this.#context.leaseMs) / 3 >= this.#silence.maxMs;
  }

  #limit(): void {
    this.#cancelLimit();
    this.#cancelLimit = this.#context.clock.setTimer(this.leftMs, () => this.#interrupt("overdue"));
  }

  #schedule(): void {
    if (this.#isEnded) return;
    this.#cancelRenewal();
    this.#cancelRenewal = this.#context.clock.setTimer(this.#context.leaseMs / 3, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    if (this.#isSilent()) return this.#interrupt("silent");
    // The machine slept or the event loop was blocked for longer than the lease: this may be a ghost. It stops, and the
    // claim decides who goes on.
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
      logger.debug("A lease could not be renewed.", { generationId: this.held.id });
      if (this.#isOverdue && !this.#isPaid) return this.#interrupt("overdue");
    }
    this.#schedule();
  }

  #interrupt(reason: InterruptReason): void {
    this.end();
    this.#controller.abort(new Interrupted(reason));
  }
}
