import { onTestFinished } from "vitest";
import type { EventsOptions } from "../src/lib/call-options.js";
import type { AnySafelightClient, SafelightEvent } from "../src/lib/client.js";

/** Reads `events` of a client in a short form. */
export interface EventReader {
  /** The next event as text: `"generation gen_1 v2"`, `"connection live"`, `"snapshot 7 owner-a"`. */
  next(): Promise<string>;
  /** The next event itself. */
  event(): Promise<SafelightEvent | undefined>;
  /** Leaves the iteration. */
  leave(): Promise<unknown>;
}

/** Iterates over the events of a client until the test finishes. */
export function readEvents(client: AnySafelightClient, options?: EventsOptions): EventReader {
  const iterator = client.events(options)[Symbol.asyncIterator]();
  onTestFinished(async () => {
    await iterator.return?.();
  });
  const event = async (): Promise<SafelightEvent | undefined> => {
    const { done, value } = await iterator.next();
    return done ? undefined : value;
  };
  return {
    event,
    next: async () => inWords(await event()),
    leave: async () => iterator.return?.(),
  };
}

function inWords(event: SafelightEvent | undefined): string {
  switch (event?.type) {
    case undefined:
      return "end";
    case "snapshot":
      return `snapshot ${event.active.sequence} ${event.active.ownerTag}`;
    case "generation":
      return `generation ${event.generation.id} v${event.generation.version}`;
    case "place":
      return `place ${event.place.id} ${event.place.progress.queuePosition}`;
    case "deleted":
      return `deleted ${event.id}`;
    case "connection":
      return `connection ${event.state}`;
    case "credits":
      return `credits ${event.balance}`;
  }
}
