import type { OutboxTopic } from "../../ports/store/outbox.js";
import { drainOutbox, type OutboxContext, topicGroups } from "./drain-outbox.js";

/** Drains each group of outbox topics independently, so that one group never blocks another. */
export class OutboxDrainer {
  readonly #context: OutboxContext;
  readonly #signal: AbortSignal;
  readonly #groups: readonly (readonly OutboxTopic[])[];
  readonly #inProgress = new Map<readonly OutboxTopic[], Promise<void>>();

  /** @param signal once aborted, no new batch begins. */
  constructor(context: OutboxContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
    this.#groups = topicGroups(context);
  }

  /**
   * Drains one batch of each group that is not in progress, and waits for all groups.
   *
   * @param onClaimed called after each batch that was not empty: more items may be due.
   */
  async drain(onClaimed: () => void = () => {}): Promise<void> {
    if (this.#signal.aborted) return;
    const drain = async (topics: readonly OutboxTopic[]): Promise<void> => {
      if ((await drainOutbox(this.#context, { topics, signal: this.#signal })) > 0) onClaimed();
    };
    const begin = (topics: readonly OutboxTopic[]): Promise<void> => {
      const draining = this.#inProgress.get(topics) ?? drain(topics).finally(() => this.#inProgress.delete(topics));
      this.#inProgress.set(topics, draining);
      return draining;
    };
    await Promise.all(this.#groups.map(begin));
  }

  /** Waits until no batch is in progress. Never rejects. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#inProgress.values());
  }
}
