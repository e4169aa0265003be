import type { OutboxTopic } from "../../ports/store/outbox.js";
import type { WorkerContext } from "../context/worker-context.js";
import { drainOutbox, outboxParts } from "./drain-outbox.js";

/** Does what the outbox holds, each part by itself: what one waits for holds up none of the others. */
export class OutboxDrain {
  readonly #context: WorkerContext;
  readonly #signal: AbortSignal;
  readonly #parts: readonly (readonly OutboxTopic[])[];
  readonly #underWay = new Map<readonly OutboxTopic[], Promise<void>>();

  /** @param signal begins nothing new once it is aborted. */
  constructor(context: WorkerContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
    this.#parts = outboxParts(context.announcer);
  }

  /**
   * One batch of each part that is not under way, and waits for all.
   *
   * @param onTaken called as a batch is done with that had something in it: there may be more.
   */
  async drain(onTaken: () => void = () => {}): Promise<void> {
    if (this.#signal.aborted) return;
    const drain = async (topics: readonly OutboxTopic[]): Promise<void> => {
      if ((await drainOutbox(this.#context, topics, this.#signal)) > 0) onTaken();
    };
    const begin = (topics: readonly OutboxTopic[]): Promise<void> => {
      const draining = this.#underWay.get(topics) ?? drain(topics).finally(() => this.#underWay.delete(topics));
      this.#underWay.set(topics, draining);
      return draining;
    };
    await Promise.all(this.#parts.map(begin));
  }

  /** Waits for what is under way, however it ends. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }
}
