import { vi } from "vitest";
import type { ClientOptions, Position } from "../src/lib/call-options.js";
import type { AnySafelightClient } from "../src/lib/client.js";
import { createClient } from "../src/lib/create-client.js";
import { browserPeers } from "../src/lib/watching/browser-peers.js";
import { type EventReader, readEvents } from "./events.js";
import { FakeEnvironment } from "./fake-environment.js";
import { positionAt } from "./generations.js";
import { origin } from "./manual-server.js";

/** A page of one browser, with its own client. Locks and channels are Node's, which match the browser's. */
export interface TestPage {
  readonly client: AnySafelightClient;
  readonly environment: FakeEnvironment;
  /** Subscribes to the owner's events after a sequence. */
  follow(sequence: number, fields?: Partial<Position>): EventReader;
  /** Emits the browser's freeze and resume events. */
  sleep(isAsleep: boolean): void;
  /** Number of listeners for these events. */
  readonly sleepers: number;
  /** Stops the page abruptly: it receives nothing, and releases nothing. */
  freeze(): void;
}

/** Whether this Node version has the Web Locks API. */
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
      // In a microtask: an abort in a macrotask makes an assertion fail between undici and the interceptor of requests.
      const receive = (message: unknown) => queueMicrotask(() => isFrozen || listener(message));
      const channel = real.join(name, receive);
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
    follow: (sequence, fields) => readEvents(client, { after: positionAt(sequence, fields) }),
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
