import type { OutboxTopic } from "../../ports/store/outbox.js";
import type { WorkerContext } from "../context/worker-context.js";
import { drainOutbox, outboxParts } from "./drain-outbox.js";

/** Drains each group of outbox topics independently, so that one group never blocks another. */
export class OutboxDrain {
  readonly #context: WorkerContext;
  readonly #signal: AbortSignal;
  readonly #parts: readonly (readonly OutboxTopic[])[];
  readonly #underWay = new Map<readonly OutboxTopic[], Promise<void>>();

  /** @param signal once aborted, no new batch begins. */
  constructor(context: WorkerContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
    this.#parts = outboxParts(context.announcer);
  }

  /**
   * Drains one batch of each group that is not in progress, and waits for all groups.
   *
   * @param onTaken called after each batch that was not empty: more items may be due.
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

  /** Waits until no batch is in progress. Never rejects. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }
}
