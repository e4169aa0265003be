import type { WorkerContext } from "../context/worker-context.js";
import { deliver } from "./deliver.js";
import { WorkScheduler } from "./work-scheduler.js";
import type { Advance } from "./worker.js";
import { WorkerLoop } from "./worker-loop.js";

/** How a request ends. */
export interface RequestEnd {
  /** The response is over: begin no further step. @default false */
  readonly isOver?: boolean;
  /**
   * The owner whose response waits for the end. After 2 seconds, the work for all other owners is released, except paid
   * requests. Without it, the end waits for everything.
   */
  readonly responseTo?: string;
}

/**
 * Ends the work of a request. Resolves once all work that this request began is done, so that the host may freeze the
 * process. Never rejects; a second call awaits the same end.
 */
export type EndRequest = (end?: RequestEnd) => Promise<void>;

/** Poll interval for due work during a request: commits of other requests do not wake it. */
const pollMs = 2_000;
/** Max wait of a response for unpaid work of other owners, in milliseconds: their vendors may not respond. */
const maxWaitForOthersMs = 2_000;

/**
 * The worker of one request. The request creates its leases, timers and promises, and they end with it. Cloudflare
 * Workers cancel them at that point, and a request that awaits those of another one can hang.
 */
export class RequestScopedWorker {
  readonly #context: WorkerContext;
  readonly #scheduler: WorkScheduler;
  readonly #loop: WorkerLoop;
  #ended: Promise<void> | null = null;
  #drained: Promise<void> | null = null;

  /** @param context created for this request. */
  constructor(context: WorkerContext, concurrency: number) {
    this.#context = context;
    this.#scheduler = new WorkScheduler(context, concurrency);
    this.#loop = new WorkerLoop(context, { scheduler: this.#scheduler, pollMs });
  }

  /** Advances due generations until the returned function is called. */
  begin(): EndRequest {
    this.#loop.start();
    return (end = {}) => {
      this.#ended ??= this.#end(end);
      return this.#ended;
    };
  }

  /** Runs one claim cycle without a loop, and waits for everything that it began. */
  tick(): Promise<number> {
    return this.#settleAfter(() => this.#scheduler.tick());
  }

  /** Advances one generation, as `Worker.advance`. */
  advance(id: string): Promise<Advance> {
    return this.#settleAfter(() => deliver(this.#context, { id, scheduler: this.#scheduler }));
  }

  /** Enqueues lost work, as `Worker.sweep`. */
  sweep(limit?: number): Promise<number> {
    return this.#settleAfter(() => this.#scheduler.sweep(limit));
  }

  async #settleAfter<Result>(task: () => Promise<Result>): Promise<Result> {
    try {
      return await task();
    } finally {
      await this.#settle();
    }
  }

  /** Begins no further step, releases unpaid leases at once, and waits for paid requests. Never rejects. */
  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  /** Interrupts all steps, also paid requests. */
  abort(): void {
    this.#scheduler.abortAll();
  }

  async #end({ isOver = false, responseTo }: RequestEnd): Promise<void> {
    const release = (): void => this.#scheduler.drain({ except: responseTo });
    const cancelTimer = responseTo === undefined ? null : this.#context.clock.setTimer(maxWaitForOthersMs, release);
    await this.#loop.stop();
    try {
      // A request that found nothing due writes nothing, and after a drain the store may be closed.
      if (!isOver && this.#drained === null && (await this.#loop.readDueInMs()) <= 0) await this.#scheduler.tick();
    } catch (error) {
      this.#context.outage.report(error);
    }
    await this.#settle();
    cancelTimer?.();
  }

  async #settle(): Promise<void> {
    await this.#scheduler.settled();
    await this.drain();
  }

  async #drain(): Promise<void> {
    const loopEnded = this.#loop.stop();
    this.#scheduler.drain();
    await loopEnded;
    await this.#scheduler.settled();
    await this.#context.timings.flush();
  }
}
