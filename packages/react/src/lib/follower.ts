import type { SafelightError } from "@safelight/client";
import type { Generation, TerminalGeneration } from "@safelight/client/contract";
import { isTerminal } from "@safelight/client/contract";
import type { Live } from "./live.js";
import type { Flight } from "./submissions.js";

/** What a hook instance is told about what it follows; each once. */
export interface FollowerListener {
  /** `first` is false when this instance joined a submission that it was told about before. */
  accepted(flight: Flight, generation: Generation, first: boolean): void;
  refused(flight: Flight, error: SafelightError): void;
  ended(generation: TerminalGeneration): void;
}

/**
 * Follows the submissions and generations of one hook instance. It outlives the effects of its component: what happens
 * while they are off (StrictMode, a hidden Activity) is told when they are on again, and nothing is told twice.
 */
export interface Follower {
  follow(flight: Flight): void;
  watch(id: string): void;
  /** Forgets everything that is followed. */
  forget(): void;
  connect(listener: FollowerListener): () => void;
}

/** Makes the follower of one hook instance. */
export function createFollower(live: Live): Follower {
  const flights = new Set<Flight>();
  const announced = new WeakSet<Flight>();
  const watched = new Set<string>();
  // A generation ends once, but may be followed again by its id.
  const ended = new Set<string>();
  let listener: FollowerListener | null = null;

  const check = (generation: Generation | undefined) => {
    if (listener === null || generation === undefined || !isTerminal(generation)) return;
    if (!watched.delete(generation.id) || ended.has(generation.id)) return;
    ended.add(generation.id);
    listener.ended(generation);
  };
  const watch = (id: string) => {
    watched.add(id);
    check(live.cache.find(id));
  };
  const settle = (flight: Flight) => {
    const { outcome } = flight;
    if (listener === null || outcome === null || !flights.delete(flight)) return;
    const first = !announced.has(flight);
    announced.add(flight);
    if ("error" in outcome) return listener.refused(flight, outcome.error);
    listener.accepted(flight, outcome.generation, first);
    watch(outcome.generation.id);
  };
  const attach = (flight: Flight) => {
    const done = () => settle(flight);
    flight.promise.then(done, done);
  };

  return {
    follow: (flight) => {
      flights.add(flight);
      attach(flight);
    },
    watch,
    forget: () => {
      flights.clear();
      watched.clear();
    },
    connect: (next) => {
      listener = next;
      const unsubscribe = live.subscribe(check);
      flights.forEach(attach);
      for (const id of watched) check(live.cache.find(id));
      return () => {
        unsubscribe();
        listener = null;
      };
    },
  };
}
