import { createSafelightClient, SafelightError, type SafelightEvent } from "@safelight/client";
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
/** `ownerTag` of the user whose data the state has; `null` while unknown. */
let owner: string | null = null;
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
  while (!signal.aborted) {
    try {
      for await (const event of client.events({ signal })) await receive(event, signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (SafelightError.isInstance(error) && error.code === "unauthenticated") {
        return set({ list: [], balance: null, connection: "signed-out" });
      }
      // A list or a balance failed: the events begin again, with a snapshot.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

async function receive(event: SafelightEvent<Poster>, signal: AbortSignal): Promise<void> {
  if (event.type === "connection") set({ connection: event.state });
  if (event.type === "generation") generations.put(event.generation);
  if (event.type === "deleted") set({ list: state.list.filter(({ id }) => id !== event.id) });
  if (event.type === "credits" && event.balance !== null) set({ balance: event.balance });
  if (event.type === "snapshot") {
    setOf(event.active.ownerTag, {});
    // A snapshot has active generations only.
    const page = await client.list({ signal });
    setOf(page.ownerTag, { list: page.generations });
  }
  // Without a stream, no balance arrives.
  if (event.type === "snapshot" || (event.type === "credits" && event.balance === null)) {
    const { balance, ownerTag } = await client.credits({ signal });
    setOf(ownerTag, { balance });
  }
}

/** Sets data of a user. If another user has signed in, the data of the previous one is dropped in the same step. */
function setOf(ownerTag: string, change: Partial<typeof state>): void {
  const dropped = ownerTag === owner ? {} : { list: [], balance: null };
  owner = ownerTag;
  set({ ...dropped, ...change });
}

function set(change: Partial<typeof state>): void {
  state = { ...state, ...change };
  for (const notify of subscribers) notify(state);
}
