import type { WorkerContext } from "./worker-context.js";
import { WorkerLoop } from "./worker-loop.js";
import { WorkerRounds } from "./worker-rounds.js";

/**
 * Ends the work of a request. Resolves once everything that this request began is done, so that the host may freeze the
 * process. Never rejects; a second call waits for the same end.
 *
 * @param how.isOver the response is over: begin no further step.
 */
export type EndRequest = (how?: { readonly isOver: boolean }) => Promise<void>;

/** How often due work is looked for while a request lasts: the commits of other requests wake nothing here. */
const pollMs = 2_000;

/**
 * The worker of one request. Its leases, timers and promises are made by that request and end with it: on Cloudflare
 * Workers they would be canceled then, and waiting for those of another request can hang.
 */
export class RequestScopedWorker {
  readonly #context: WorkerContext;
  readonly #rounds: WorkerRounds;
  readonly #loop: WorkerLoop;

  /** @param context made for this request. */
  constructor(context: WorkerContext, concurrency: number) {
    this.#context = context;
    this.#rounds = new WorkerRounds(context, concurrency);
    this.#loop = new WorkerLoop(context, this.#rounds, { pollMs });
  }

  /** Advances what is due until the returned `end` is called; `ended` resolves with the first call's end. */
  begin(): { readonly end: EndRequest; readonly ended: Promise<void> } {
    let resolve: (end: Promise<void>) => void = () => {};
    const ended = new Promise<void>((resolveEnded) => {
      resolve = resolveEnded;
    });
    let ending: Promise<void> | null = null;
    const end: EndRequest = ({ isOver } = { isOver: false }) => {
      ending ??= this.#end(isOver);
      resolve(ending);
      return ended;
    };
    this.#loop.start();
    return { end, ended };
  }

  /** Makes one round without a loop, and waits for everything that it began. */
  async tick(): Promise<number> {
    try {
      return await this.#rounds.tick();
    } finally {
      await this.#settle();
    }
  }

  async #end(isOver: boolean): Promise<void> {
    await this.#loop.stop();
    try {
      // A request that found nothing due writes nothing.
      if (!isOver && (await this.#loop.readDueInMs()) <= 0) await this.#rounds.tick();
    } catch (error) {
      this.#context.outage.report(error);
    }
    await this.#settle();
  }

  async #settle(): Promise<void> {
    await this.#rounds.settled();
    this.#rounds.drain();
    await this.#context.timings.flush();
  }
}
