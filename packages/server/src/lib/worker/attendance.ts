import type { WorkerContext } from "./worker-context.js";
import { WorkerLoop } from "./worker-loop.js";
import type { WorkerRounds } from "./worker-rounds.js";

/**
 * The request has its answer. Resolves once nothing is under way that it must wait for, so that the host may freeze the
 * process: the last one out waits for what others have begun. Never rejects.
 *
 * @param how.isOver nothing of this process runs from here on: no further step is taken.
 */
export type Leave = (how?: { readonly isOver: boolean }) => Promise<void>;

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

  /** A request begins. */
  begin(): Leave {
    this.#context.budget.renew();
    this.#requests += 1;
    this.#loop ??= new WorkerLoop(this.#context, this.#rounds);
    this.#loop.start();
    let left: Promise<void> | null = null;
    return ({ isOver } = { isOver: false }) => {
      left ??= this.#end(isOver);
      return left;
    };
  }

  async #end(isOver: boolean): Promise<void> {
    try {
      if (!isOver) await this.#rounds.tick();
    } catch (error) {
      this.#context.outage.report(error);
    }
    // The last one counts for as long as it waits, so that nobody who comes and goes meanwhile waits for the same.
    for (let isAtRest = false; this.#requests === 1 && !isAtRest; isAtRest = this.#loop === null) {
      await this.stop();
      await this.#rounds.underWay();
      await this.#context.timings.flush();
    }
    this.#requests -= 1;
  }

  async stop(): Promise<void> {
    const loop = this.#loop;
    this.#loop = null;
    await loop?.stop();
  }
}
