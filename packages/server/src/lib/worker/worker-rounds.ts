import type { ClaimedGeneration } from "../generation/generation-record.js";
import { advanceGeneration } from "./advance-generation.js";
import { drainOutbox } from "./drain-outbox.js";
import { Lease } from "./lease.js";
import type { WorkerContext } from "./worker-context.js";

/** What one round found to do. */
export interface Round {
  readonly claimed: number;
  /** Whether there is room for more than was claimed. */
  readonly hasRoom: boolean;
}

/** No question to a provider or a storage takes longer. */
const longestStepMs = 300_000;

/** Claims what is due, as much as there is room for, and keeps hold of what is under way. */
export class WorkerRounds {
  readonly models: readonly string[];
  readonly #context: WorkerContext;
  readonly #concurrency: number;
  readonly #leases = new Set<Lease>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #drain = new AbortController();
  #outbox: Promise<number> | null = null;

  constructor(context: WorkerContext, concurrency: number) {
    this.#context = context;
    this.#concurrency = concurrency;
    this.models = Object.keys(context.models);
  }

  /**
   * Claims and begins; does not wait for what it began.
   *
   * @param onDone called as each of them is done with.
   */
  async begin(onDone: () => void): Promise<Round> {
    const claims = await this.#claim();
    for (const { claim, claimedAt } of claims) this.#launch(claim, claimedAt).finally(onDone);
    return { claimed: claims.length, hasRoom: this.#room > 0 };
  }

  /** Claims, advances each by one step, and waits for all of it. */
  async tick(): Promise<number> {
    const claims = await this.#claim();
    const steps = claims.map(({ claim, claimedAt }) => this.#launch(claim, claimedAt));
    const [outbox] = await Promise.allSettled([this.drainOutbox(), ...steps]);
    if (outbox.status === "rejected") throw outbox.reason;
    return claims.length;
  }

  /** Does what the outbox holds, one batch at a time. Answers how many items were taken. */
  drainOutbox(): Promise<number> {
    if (this.#drain.signal.aborted) return Promise.resolve(0);
    this.#outbox ??= drainOutbox(this.#context, this.#drain.signal).finally(() => {
      this.#outbox = null;
    });
    return this.#outbox;
  }

  /** No new claims; what is not paid for is given back at once. */
  drain(): void {
    this.#drain.abort(new Error("The worker is draining."));
    for (const lease of this.#leases) lease.drain();
  }

  /** Interrupts what is left. */
  cut(): void {
    for (const lease of this.#leases) lease.cut();
  }

  /** Waits for everything that is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#outbox?.catch(() => {});
  }

  get #room(): number {
    return this.#concurrency - this.#leases.size;
  }

  async #claim(): Promise<readonly { readonly claim: ClaimedGeneration; readonly claimedAt: number }[]> {
    if (this.#drain.signal.aborted || this.#room <= 0) return [];
    const { clock, createToken, leaseMs, store } = this.#context;
    const claimedAt = clock.now();
    const claims = await store.claim({ models: this.models, limit: this.#room, leaseMs, token: createToken() });
    return claims.map((claim) => ({ claim, claimedAt }));
  }

  #launch(claim: ClaimedGeneration, claimedAt: number): Promise<void> {
    const { id, epoch } = claim.generation;
    const lease = new Lease(this.#context, { id, epoch }, { claimedAt, limitMs: limitOf(claim) });
    this.#leases.add(lease);
    // The claim was on its way when the drain began.
    if (this.#drain.signal.aborted) lease.drain();
    const step = this.#advance(claim, lease).finally(() => {
      lease.end();
      this.#leases.delete(lease);
      this.#underWay.delete(step);
    });
    this.#underWay.add(step);
    return step;
  }

  /** Never rejects: what went wrong is logged, the lease lapses, and whoever claims next tries again. */
  async #advance(claim: ClaimedGeneration, lease: Lease): Promise<void> {
    const { id, state } = claim.generation;
    try {
      this.#context.onCrashPoint?.("P4");
      await advanceGeneration(this.#context, claim, lease);
    } catch (error) {
      this.#context.logger.error("A step could not be finished; it is tried again when its lease has lapsed.", {
        generationId: id,
        state,
        error: error instanceof Error ? (error.stack ?? String(error)) : String(error),
      });
    }
  }
}

/** A paid request may take until the deadline: some providers answer only when they are done. */
function limitOf({ generation, now }: ClaimedGeneration): number {
  const isSubmit = generation.state === "queued" || generation.state === "retry_wait";
  return isSubmit ? Math.max(generation.deadlineAt - now, 0) : longestStepMs;
}
