import { vi } from "vitest";
import type { AnySafelightClient, ClientOptions } from "../src/lib/client.js";
import { createClient } from "../src/lib/create-client.js";
import { browserPeers } from "../src/lib/sharing/browser-peers.js";
import { type EventReader, readEvents } from "./events.js";
import { FakeEnvironment } from "./fake-environment.js";
import { origin } from "./manual-server.js";

/** A page of one browser, with a client of its own. Locks and channels are those of Node, which are the browser's. */
export interface TestPage {
  readonly client: AnySafelightClient;
  readonly environment: FakeEnvironment;
  /** Follows the owner from a sequence on. */
  follow(sequence: number, ownerTag?: string): EventReader;
  /** What the browser tells when it puts the page to sleep and wakes it. */
  sleep(isAsleep: boolean): void;
  /** How many listen for that. */
  readonly sleepers: number;
  /** Stops it in the middle, without a word: it hears nothing, and lets go of nothing. */
  freeze(): void;
}

/** Whether this Node has what browsers have. */
export const hasLocks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks !== undefined;

/** Opens a page. */
export function openPage(options: ClientOptions = {}): TestPage {
  vi.stubGlobal("document", new EventTarget());
  const real = browserPeers();
  vi.unstubAllGlobals();
  if (real === null) throw new Error("This needs Node 24.5 or newer.");
  const environment = new FakeEnvironment();
  const sleepers = new Set<(isAsleep: boolean) => void>();
  let isFrozen = false;
  environment.peers = {
    lock: real.lock,
    join: (name, listener) => {
      const channel = real.join(name, (message) => isFrozen || listener(message));
      return { post: (message) => isFrozen || channel.post(message), close: channel.close };
    },
    onSleep: (listener) => {
      sleepers.add(listener);
      return () => sleepers.delete(listener);
    },
  };
  const client = createClient({ baseUrl: origin, ...options }, environment);
  return {
    client,
    environment,
    follow: (sequence, ownerTag = "owner-a") => readEvents(client, { after: { sequence, ownerTag } }),
    sleep: (isAsleep) => {
      for (const listener of [...sleepers]) listener(isAsleep);
    },
    get sleepers() {
      return sleepers.size;
    },
    freeze: () => {
      isFrozen = true;
    },
  };
}
