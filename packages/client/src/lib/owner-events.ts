import type { ConnectionState, EventsOptions, SafelightEvent } from "./client.js";
import type { Generation } from "./contract/generation.js";
import type { ActiveChangesResponse, ActiveResponse, DeletedGeneration } from "./contract/wire.js";
import { createPoller } from "./poller.js";
import type { Transport } from "./transport.js";

/** The loop of `events`: what is active first, then what changed after it, held by the server until something does. */
export async function* ownerEvents(
  transport: Transport,
  after: EventsOptions["after"],
  signal: AbortSignal,
): AsyncGenerator<SafelightEvent> {
  const poller = createPoller(transport, signal);
  let position = after;
  let pollAfterMs = 0;
  let isCurrent = false;
  let reported: { readonly state: ConnectionState; readonly isCurrent: boolean } | null = null;
  const connectionChange = (): readonly SafelightEvent[] => {
    const state = poller.connection;
    if (state === reported?.state && isCurrent === reported.isCurrent) return [];
    reported = { state, isCurrent };
    return [{ type: "connection", ...reported }];
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
    let hasNews = false;
    if (answer?.body) {
      const { changed = [], deleted = [], resync, ...active } = answer.body;
      const { ownerTag, sequence, serverTime } = active;
      const before = position;
      position = { ownerTag, sequence };
      pollAfterMs = active.pollAfterMs;
      // Everything of another owner is news, while a server that says resync again and again is not to be hammered.
      hasNews = before?.ownerTag !== ownerTag || sequence > before.sequence;
      if (before?.ownerTag !== ownerTag) {
        yield { type: "hello", ownerTag, sequence, serverTime, active };
        // A counter that went back is a restored backup.
      } else if (resync || sequence < before.sequence) {
        yield { type: "resync" };
        yield { type: "hello", ownerTag, sequence, serverTime, active };
      } else {
        for (const change of [...changed, ...deleted].sort((left, right) => left.sequence - right.sequence)) {
          yield isGeneration(change) ? { type: "generation", generation: change } : { type: "deleted", ...change };
        }
      }
    }
    if (answer !== null) poller.note(hasNews);
    isCurrent ||= answer !== null;
    // Until the first answer there is nothing to tell but that there is none.
    if (answer !== null || poller.connection === "offline") yield* connectionChange();
    await poller.rest(pollAfterMs);
  }
}

function isGeneration(change: Generation | DeletedGeneration): change is Generation {
  return "status" in change;
}
