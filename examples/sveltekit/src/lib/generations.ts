import { createSafelightClient } from "@safelight/client";
import type { GenerationOf } from "@safelight/client/contract";
import type { App } from "./server/safelight";

export const client = createSafelightClient<App>();
type Poster = GenerationOf<App>;

/** `list` is newest first; `balance` is `null` until it is known. */
let state: { list: readonly Poster[]; balance: number | null; connection: string } = {
  list: [],
  balance: null,
  connection: "connecting",
};
const subscribers = new Set<(value: typeof state) => void>();
let stop = new AbortController();

/** A store as Svelte defines it: the first subscriber opens the connection, and the last one closes it. */
export const generations = {
  subscribe(notify: (value: typeof state) => void): () => void {
    if (subscribers.size === 0) {
      stop = new AbortController();
      void follow(stop.signal);
    }
    subscribers.add(notify);
    notify(state);
    return () => {
      subscribers.delete(notify);
      if (subscribers.size === 0) stop.abort();
    };
  },
  /** Adds a generation, such as that of a submit, or replaces its older version. */
  put(generation: Poster): void {
    const others = state.list.filter(({ id }) => id !== generation.id);
    const known = state.list.find(({ id }) => id === generation.id);
    if (known && known.version >= generation.version) return;
    set({ list: [generation, ...others].sort((a, b) => b.createdAt.localeCompare(a.createdAt)) });
  },
};

async function follow(signal: AbortSignal): Promise<void> {
  try {
    for await (const event of client.events({ signal })) {
      if (event.type === "connection") set({ connection: event.state });
      if (event.type === "generation") generations.put(event.generation);
      if (event.type === "deleted") set({ list: state.list.filter(({ id }) => id !== event.id) });
      // A snapshot has active generations only. Without a stream, no balance arrives.
      if (event.type === "snapshot") set({ list: (await client.list({ signal })).generations });
      if (event.type === "credits" || event.type === "snapshot") {
        const balance = event.type === "credits" ? event.balance : null;
        set({ balance: balance ?? (await client.credits({ signal })).balance });
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!signal.aborted) set({ connection: "signed-out" });
}

function set(change: Partial<typeof state>): void {
  state = { ...state, ...change };
  for (const notify of subscribers) notify(state);
}
