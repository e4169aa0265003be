import type { Position } from "../call-options.js";
import type { SafelightEvent } from "../client.js";
import { onAbort } from "../requests/abort.js";
import { firstOf } from "../requests/first-of.js";
import { pause } from "../requests/pause.js";
import { readServer } from "./read-server.js";
import { Reader } from "./reader.js";
import { type ShareOptions, shareOwner } from "./share-owner.js";

/** Options of `follow`. */
export interface FollowOptions extends Omit<ShareOptions, "reader" | "position"> {
  readonly after: Position | undefined;
  readonly emit: (event: SafelightEvent) => void;
}

/** Min interval of restarts caused by responses or messages with another owner. */
const ownerChangeDelayMs = 250;

/**
 * Emits every change of the owner who is signed in, until the signal aborts. The tabs of a browser share one connection:
 * the leader reads the server and forwards its frames to the followers. Three rules make that safe with any leader:
 *
 * 1. A reader applies a frame only if `from ≤ position`, and skips changes at or below its position. A snapshot of the
 *    server replaces everything (`reader.ts`).
 * 2. A follower whose position differs from the leader's asks the server for the changes after its own (`share-owner.ts`).
 * 3. The leader forwards each frame of the server; a heartbeat is a frame without changes (`share-owner.ts`).
 *
 * @throws {SafelightError} the refusal of the server.
 */
export async function follow({ server, peers, of, after, emit, signal }: FollowOptions): Promise<void> {
  const { environment } = server.transport;
  const reader = new Reader(after, emit);
  while (!signal.aborted) {
    const { position } = reader;
    if (position === undefined) {
      // The channel is named after the owner, who is still unknown.
      await readServer({ server, of, reader, once: true, signal });
    } else if (await shareOwner({ server, peers, of, reader, position, signal })) {
      // Not every browser dispatches `resume` or `pageshow`.
      await firstOf((resolve) => [
        peers.onSleep((isAsleep) => isAsleep || resolve()),
        environment.onChange(() => environment.isHidden() || resolve()),
        onAbort(signal, () => resolve()),
      ]);
    } else await pause(environment, { ms: ownerChangeDelayMs, signal }).catch(() => {});
  }
}
