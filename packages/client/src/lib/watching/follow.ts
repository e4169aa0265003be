import type { Position, SafelightEvent } from "../client.js";
import type { Environment } from "../environment.js";
import { onAbort } from "../requests/abort.js";
import { pause } from "../requests/pause.js";
import type { Peers } from "./peers.js";
import { readServer, type WatchedServer } from "./read-server.js";
import { createReader } from "./reader.js";
import { shareOwner } from "./share-owner.js";

/** Options of `follow`. */
export interface FollowOptions {
  readonly server: WatchedServer;
  readonly peers: Peers;
  /** Names the server to the other tabs. */
  readonly cacheKey: string;
  readonly after: Position | undefined;
  readonly emit: (event: SafelightEvent) => void;
  readonly signal: AbortSignal;
}

/** Limits the requests while each response is of another owner. */
const ownerChangeDelayMs = 250;

/**
 * Emits every change of the owner who is signed in, until the signal aborts. The tabs of a browser share one connection:
 * the leader reads the server and forwards its frames to the followers. Three rules make that safe with any leader:
 *
 * 1. A reader applies a frame only if `from ≤ position`, and skips changes at or below its position. A snapshot of the
 *    server replaces everything (`reader.ts`).
 * 2. A follower whose position differs from the leader's asks the server for the changes after its own (`catch-up.ts`).
 * 3. The leader forwards each frame of the server; a heartbeat is a frame without changes (`share-owner.ts`).
 *
 * @throws {SafelightError} the refusal of the server.
 */
export async function follow({ server, peers, cacheKey, after, emit, signal }: FollowOptions): Promise<void> {
  const { environment } = server.transport;
  const reader = createReader(after, emit);
  while (!signal.aborted) {
    const { position } = reader;
    if (position === undefined) {
      // The channel is named after the owner, who is still unknown.
      await readServer({ server, reader, once: true, signal });
      continue;
    }
    const isAsleep = await shareOwner({ server, peers, cacheKey, reader, position, signal });
    if (isAsleep) await wakeUp({ environment, peers, signal });
    else await pause(environment, { ms: ownerChangeDelayMs, signal }).catch(() => {});
  }
}

/** Resolves when this tab resumes, or the signal aborts. */
async function wakeUp({
  environment,
  peers,
  signal,
}: {
  readonly environment: Environment;
  readonly peers: Peers;
  readonly signal: AbortSignal;
}): Promise<void> {
  let unsubscribes: (() => void)[] = [];
  await new Promise<void>((resolve) => {
    unsubscribes = [
      peers.onSleep((isAsleep) => isAsleep || resolve()),
      // Not every browser dispatches each event.
      environment.onChange(() => environment.isHidden() || resolve()),
      onAbort(signal, () => resolve()),
    ];
  });
  for (const unsubscribe of unsubscribes) unsubscribe();
}
