import type { ConnectionState, SafelightEvent } from "../client.js";
import type { Generation } from "../contract/generation.js";
import type { ActiveChangesResponse, ActiveResponse, DeletedGeneration } from "../contract/wire.js";
import { SafelightError } from "../requests/safelight-error.js";
import type { Transport } from "../requests/transport.js";
import { ownerStream } from "./owner-stream.js";
import { createPoller } from "./poller.js";

/** A stream that the server ends after less was cut by something on the way. */
const wholeStreamMs = 60_000;

/** What changed for an owner up to a sequence. */
export interface Position {
  readonly ownerTag: string;
  readonly sequence: number;
}

/** How far somebody has heard. */
export interface Standing {
  /** What was told; `undefined`: nothing was. */
  position: Position | undefined;
  /** Everything that happened before the first answer was told. */
  isCurrent: boolean;
  /** The pace that the server wishes where it does not hold questions; 0 when it is not known. */
  pollAfterMs: number;
  /** What the account holds is told whenever that changes. */
  tellsCredits: boolean;
  /** What was told of the connection last; `null`: nothing was. */
  told: { readonly state: ConnectionState; readonly isCurrent: boolean } | null;
}

/** 0 where nothing was told. */
export function sequenceOf({ position }: Standing): number {
  return position?.sequence ?? 0;
}

/** How to hear. */
export interface HearOptions {
  /** Where it goes on from, and where it has come to by now. */
  readonly standing: Standing;
  /** Asks one question after the other that is answered at once, and opens no stream. @default false */
  readonly isPolled?: boolean;
  readonly signal: AbortSignal;
}

/**
 * The loop of `events`: what is active first, then what changed after it, as a stream, or where none passes by questions
 * that the server holds until something did.
 */
export async function* ownerEvents(
  transport: Transport,
  { standing, isPolled = false, signal }: HearOptions,
): AsyncGenerator<SafelightEvent> {
  const { environment, breaker } = transport;
  const poller = createPoller(transport, signal);
  // What is told from here on does not continue what was told before.
  let mustBeginAnew = false;
  let hasStreamBegun = false;
  const connectionChange = (): readonly SafelightEvent[] => {
    const state = poller.connection;
    const { isCurrent } = standing;
    if (state === standing.told?.state && isCurrent === standing.told.isCurrent) return [];
    standing.told = { state, isCurrent };
    return [{ type: "connection", ...standing.told }];
  };

  const poll = async function* (): AsyncGenerator<SafelightEvent> {
    if (standing.tellsCredits && !mustBeginAnew) {
      standing.tellsCredits = false;
      yield { type: "credits", balance: null };
    }
    const known = mustBeginAnew ? undefined : standing.position;
    const answer = await poller.ask<ActiveResponse & Partial<ActiveChangesResponse>>({
      path: "/active",
      query: { after: known?.sequence },
      member: "generations",
      bodyless: 204,
      waitSeconds: known === undefined || isPolled ? 0 : poller.waitSeconds,
    });
    let hasNews = false;
    // An answer that omits active generations is completed by the changes after it.
    standing.isCurrent ||= answer !== null && !(answer.body?.hasMore && !known);
    if (answer?.body) {
      const { changed = [], deleted = [], resync = mustBeginAnew, ...active } = answer.body;
      const { ownerTag, sequence, serverTime } = active;
      const before = standing.position;
      // The sequence of this answer is behind the page of changes, and the omitted generations may be before it.
      mustBeginAnew = active.hasMore && !!known && known.ownerTag !== ownerTag;
      if (mustBeginAnew) return;
      standing.position = { ownerTag, sequence };
      standing.pollAfterMs = active.pollAfterMs;
      // Everything of another owner is news, while a server that says resync again and again is not to be hammered.
      hasNews = before?.ownerTag !== ownerTag || sequence !== before.sequence;
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
    // Until the first answer there is nothing to tell but that there is none.
    if (answer !== null || poller.connection === "offline") yield* connectionChange();
    await poller.rest(standing.pollAfterMs);
  };

  /** Goes on from a position that it moves. Returns when the stream cannot be gone on from. */
  const listen = async function* (from: Position): AsyncGenerator<SafelightEvent, void> {
    // Where the owner stood when the stream began.
    let beganAt = Infinity;
    for await (const event of ownerStream(transport, from.sequence, signal)) {
      const { type } = event;
      let isToldAll = type === "credits" || type === "beat";
      if (type === "hello") {
        mustBeginAnew = event.ownerTag !== from.ownerTag || event.sequence < from.sequence;
        hasStreamBegun = true;
        poller.opened();
        beganAt = event.sequence;
      } else if (type === "resync") mustBeginAnew = true;
      else if (type === "credits") {
        standing.tellsCredits = true;
        yield event;
      } else if (type !== "beat") {
        const { sequence } = type === "generation" ? event.generation : event;
        if (sequence > from.sequence) {
          from = { ...from, sequence };
          standing.position = from;
          yield event;
        }
      }
      if (mustBeginAnew) return;
      isToldAll ||= from.sequence >= beganAt;
      standing.isCurrent ||= isToldAll;
      // What was missed is told first.
      if (isToldAll) yield* connectionChange();
    }
  };

  const stream = async function* (from: Position): AsyncGenerator<SafelightEvent, void> {
    const beganAt = environment.now();
    let error = new SafelightError("network", "GET /events was cut");
    hasStreamBegun = false;
    poller.begin();
    const endNow = () => ({ hasBegun: hasStreamBegun, lastedMs: environment.now() - beganAt, error });
    try {
      yield* listen(from);
      if (environment.now() - beganAt >= wholeStreamMs) {
        breaker.recordEnd(endNow());
        return;
      }
    } catch (reason) {
      if (!(reason instanceof SafelightError) || isSignedOut(reason)) throw reason;
      error = reason;
    }
    const end = endNow();
    if (breaker.recordEnd(end) || mustBeginAnew) return;
    poller.broke(end);
    if (poller.connection === "offline") yield* connectionChange();
    await poller.rest(standing.pollAfterMs);
  };

  // The first question may be held for long, and nothing else would tell.
  if (standing.position !== undefined && standing.told === null) yield* connectionChange();
  for (;;) {
    const { position } = standing;
    const mayStream = !isPolled && !mustBeginAnew && poller.waitSeconds > 0 && breaker.allowsStream;
    if (position !== undefined && mayStream) yield* stream(position);
    else yield* poll();
  }
}

function isGeneration(change: Generation | DeletedGeneration): change is Generation {
  return "status" in change;
}

/** Whoever else refuses a stream may still answer questions. */
function isSignedOut({ code }: SafelightError): boolean {
  return code === "unauthenticated" || code === "forbidden";
}
