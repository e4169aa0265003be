import type { WorkerContext } from "../context/worker-context.js";
import { WorkScheduler } from "./work-scheduler.js";
import { WorkerLoop } from "./worker-loop.js";

/**
 * Ends the work of a request. Resolves once all work that this request began is done, so that the host may freeze the
 * process. Never rejects; a second call awaits the same end.
 *
 * @param how.isOver the response is over: begin no further step.
 */
export type EndRequest = (how?: { readonly isOver: boolean }) => Promise<void>;

/** Poll interval for due work during a request: commits of other requests do not wake it. */
const pollMs = 2_000;

/**
 * The worker of one request. The request creates its leases, timers and promises, and they end with it. Cloudflare
 * Workers cancel them at that point, and a request that awaits those of another one can hang.
 */
export class RequestScopedWorker {
  readonly #context: Pick<WorkerContext, "outage" | "timings">;
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
    return ({ isOver } = { isOver: false }) => {
      this.#ended ??= this.#end(isOver);
      return this.#ended;
    };
  }

  /** Runs one claim cycle without a loop, and waits for everything that it began. */
  async tick(): Promise<number> {
    try {
      return await this.#scheduler.tick();
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

  async #end(isOver: boolean): Promise<void> {
    await this.#loop.stop();
    try {
      // A request that found nothing due writes nothing, and after a drain the store may be closed.
      if (!isOver && this.#drained === null && (await this.#loop.readDueInMs()) <= 0) await this.#scheduler.tick();
    } catch (error) {
      this.#context.outage.report(error);
    }
    await this.#settle();
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
