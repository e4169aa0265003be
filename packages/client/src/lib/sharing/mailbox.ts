import { underSignal } from "../requests/abort.js";

/** Holds what was told until somebody asks for it, in order. */
export interface Mailbox<Item> {
  put(item: Item): void;
  /** How many wait. */
  readonly size: number;
  /** The oldest; waits for one. Rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<Item>;
}

/** Makes one for a single taker. */
export function createMailbox<Item>(): Mailbox<Item> {
  const items: Item[] = [];
  let wake = () => {};
  return {
    put: (item) => {
      items.push(item);
      wake();
    },
    get size() {
      return items.length;
    },
    take: async (signal) => {
      const arm = () => () => {};
      if (items.length === 0)
        await underSignal({ signal, arm }, () => new Promise<void>((resolve) => (wake = resolve)));
      return items.shift() as Item;
    },
  };
}
