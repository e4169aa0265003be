import type { ConnectionState, EventsOptions, SafelightEvent } from "./client.js";
import type { ActiveChangesResponse, ActiveResponse } from "./contract/wire.js";
import { createPoller } from "./poller.js";
import type { Transport } from "./transport.js";
import { withActiveUrls } from "./url-resolver.js";

/** The loop of `events`: what is active first, then what changed after it, held by the server until something does. */
export async function* ownerEvents(
  transport: Transport,
  after: EventsOptions["after"],
  signal: AbortSignal,
): AsyncGenerator<SafelightEvent> {
  const { withUrls } = transport;
  const poller = createPoller(transport, signal);
  let position = after;
  let pollAfterMs = 0;
  let reported: ConnectionState | null = null;
  const connectionChange = (): readonly SafelightEvent[] => {
    const state = poller.connection;
    if (state === reported) return [];
    reported = state;
    return [{ type: "connection", state }];
  };

  // The first question may be held for long, and nothing else would tell.
  if (position !== undefined) yield* connectionChange();
  for (;;) {
    const answer = await poller.ask<ActiveResponse & Partial<ActiveChangesResponse>>({
      path: "/active",
      query: { after: position?.sequence },
      member: "generations",
      bodyless: 204,
      waitSeconds: position === undefined ? 0 : poller.waitSeconds,
    });
    if (answer === null) {
      if (poller.connection === "offline") yield* connectionChange();
      await poller.backOff();
      continue;
    }
    let hasNews = false;
    if (answer.body !== null) {
      const { changed = [], deleted = [], resync = false, ...response } = answer.body;
      const { ownerTag, sequence, serverTime } = response;
      const before = position;
      position = { ownerTag, sequence };
      pollAfterMs = response.pollAfterMs;
      const isOther = before?.ownerTag !== ownerTag;
      // A counter that went back is a restored backup.
      const isCut = before !== undefined && (resync || sequence < before.sequence);
      if (isOther || isCut) {
        // Everything of another owner is news; a server that says resync again and again is not to be hammered.
        hasNews = isOther;
        if (!isOther) yield { type: "resync" };
        yield { type: "hello", ownerTag, sequence, serverTime, active: withActiveUrls(response, withUrls) };
      } else {
        hasNews = sequence > before.sequence;
        const changes = [
          ...changed.map((generation) => ({ sequence: generation.sequence, generation })),
          ...deleted,
        ].sort((left, right) => left.sequence - right.sequence);
        for (const change of changes) {
          yield "generation" in change
            ? { type: "generation", generation: withUrls(change.generation) }
            : { type: "deleted", ...change };
        }
      }
    }
    yield* connectionChange();
    await poller.rest({ hasNews, canBeHeld: true, pollAfterMs });
  }
}
