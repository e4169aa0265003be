import { type HintMessage, maxKeys } from "./hint-message.js";

type Content = Pick<HintMessage, "isWake" | "keys">;

/** The hints that wait for the next message. Bounded: above the max, they count as a change of any owner. */
export class HintBatch {
  /** `null` if any owner may have changed. */
  #keys: Set<string> | null = new Set();
  #isWake = false;

  get isEmpty(): boolean {
    return this.#keys?.size === 0 && !this.#isWake;
  }

  add({ isWake, keys }: Content): void {
    this.#isWake ||= isWake;
    for (const key of keys ?? []) this.#keys?.add(key);
    if (keys === null || (this.#keys?.size ?? 0) > maxKeys) this.#keys = null;
  }

  /** Returns the content of the next message, and starts the batch after it. */
  take(): Content {
    const content = { isWake: this.#isWake, keys: this.#keys && [...this.#keys] };
    this.#keys = new Set();
    this.#isWake = false;
    return content;
  }
}
