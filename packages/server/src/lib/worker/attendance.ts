import type { WorkerContext } from "./worker-context.js";
import { WorkerLoop } from "./worker-loop.js";
import type { WorkerRounds } from "./worker-rounds.js";

/**
 * The worker of hosts without a long-lived process: works while requests are being answered, and no longer. A generation
 * that is due is advanced by the request that looks at it, or by the next one.
 */
export class Attendance {
  readonly #context: WorkerContext;
  readonly #rounds: WorkerRounds;
  #loop: WorkerLoop | null = null;
  #requests = 0;

  constructor(context: WorkerContext, rounds: WorkerRounds) {
    this.#context = context;
    this.#rounds = rounds;
  }

  /**
   * A request begins.
   *
   * @returns to be called once it has its answer: takes one step of whatever is due by then, and resolves when nothing
   * that was begun is under way, so that the host may freeze the process. Never rejects.
   */
  begin(): () => Promise<void> {
    this.#requests += 1;
    this.#loop ??= new WorkerLoop(this.#context, this.#rounds);
    this.#loop.start();
    return () => this.#end();
  }

  async #end(): Promise<void> {
    try {
      await this.#rounds.tick();
    } catch (error) {
      this.#context.outage.report(error);
    }
    this.#requests -= 1;
    if (this.#requests > 0) return this.#rounds.settled();
    await this.stop();
    await this.#rounds.settled();
    await this.#context.timings.flush();
  }

  async stop(): Promise<void> {
    const loop = this.#loop;
    this.#loop = null;
    await loop?.stop();
  }
}
