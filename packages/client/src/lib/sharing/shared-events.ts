import type { EventsOptions, SafelightEvent } from "../client.js";
import { ownerEvents, type Position, type Standing, sequenceOf } from "../events/owner-events.js";
import { onAbort, underSignal } from "../requests/abort.js";
import { pause } from "../requests/pause.js";
import type { Transport } from "../requests/transport.js";
import { joinShare } from "./join-share.js";
import type { Peers } from "./peers.js";

/** Where the events come from, and with whom they are shared. */
export interface SharedEventsOptions {
  readonly transport: Transport;
  readonly peers: Peers;
  /** Names the server to the peers. */
  readonly cacheKey: string;
  readonly after: EventsOptions["after"];
  readonly signal: AbortSignal;
}

/** Between what was heard of one owner and of the next. */
const pauseMs = 250;
/** How often a page asks for what it was not told, a little later each time. */
const mostAsks = 5;

/**
 * The loop of `events`: of all peers that follow an owner, one hears the server and tells the others. Everybody keeps a
 * position of their own, and asks the server for what the one who tells was told before.
 */
export async function* sharedEvents(options: SharedEventsOptions): AsyncGenerator<SafelightEvent> {
  const { transport, after, signal } = options;
  const standing: Standing = { position: after, isCurrent: false, pollAfterMs: 0, tellsCredits: false, told: null };
  for (;;) {
    const { position } = standing;
    const isSame = () => standing.position?.ownerTag === position?.ownerTag;
    // Until it is known who is signed in, nobody knows whom to share with.
    const events = position ? follow(position, options, standing) : ownerEvents(transport, { standing, signal });
    for await (const event of events) {
      yield event;
      if (isSame()) continue;
      // There was an answer, whatever was told of the connection before.
      if (standing.told?.state === "offline") standing.told = null;
      break;
    }
    if (isSame()) continue;
    if (!standing.position) yield { type: "resync" };
    // Where it is somebody else at every answer, the server is not to be hammered.
    if (position) await pause(transport.environment, { ms: pauseMs, signal });
  }
}

/**
 * Follows one owner. Returns when somebody else is signed in, when this page was asleep and is awake again, and without a
 * position when it did not hear all that was told.
 */
async function* follow(
  { ownerTag }: Position,
  { transport, peers, cacheKey, signal }: SharedEventsOptions,
  standing: Standing,
): AsyncGenerator<SafelightEvent, void> {
  const { environment } = transport;
  const own = new AbortController();
  const leave = () => own.abort();
  let isAsleep = false;
  const stops = [
    onAbort(signal, leave),
    peers.onSleep((sleeps) => {
      isAsleep = sleeps;
      if (sleeps) leave();
    }),
  ];
  // The number is that of what is said: pages that say it otherwise are left alone.
  const name = `safelight:1:${ownerTag}:${cacheKey}`;
  let isFilling = false;
  let mustBeginAnew = false;
  const mailbox = joinShare({
    transport,
    peers,
    name,
    ownerTag,
    standing,
    isBehind: () => isFilling,
    giveUp: () => {
      mustBeginAnew = true;
      leave();
    },
    signal: own.signal,
  });
  const isNews = (event: SafelightEvent): boolean => {
    if (event.type === "hello") standing.position = { ownerTag: event.ownerTag, sequence: event.sequence };
    if (event.type === "credits") standing.tellsCredits = event.balance !== null;
    if (event.type === "connection") {
      const { state, isCurrent } = event;
      if (state === standing.told?.state && isCurrent === standing.told.isCurrent) return false;
      standing.told = { state, isCurrent };
      // What happens while nothing is heard is told with the next answer.
      standing.isCurrent = isCurrent && state !== "offline";
    }
    if (event.type !== "generation" && event.type !== "deleted") return true;
    const { sequence } = event.type === "generation" ? event.generation : event;
    if (sequence <= sequenceOf(standing)) return false;
    standing.position = { ownerTag, sequence };
    return true;
  };
  /** What changed up to a sequence, which the one who tells was told before. */
  const fill = async function* (until: number, mustAsk: boolean): AsyncGenerator<SafelightEvent, boolean> {
    const before = standing.told;
    let isAnew = false;
    isFilling = true;
    const hasGap = () => sequenceOf(standing) < until;
    for (let asks = 0; asks <= mostAsks && !isAnew && (hasGap() || (mustAsk && asks === 0)); asks += 1) {
      if (asks > 0) await pause(environment, { ms: pauseMs * 2 ** asks, signal: own.signal });
      const filled: Standing = { ...standing, isCurrent: false, tellsCredits: false, told: null };
      for await (const event of ownerEvents(transport, { standing: filled, isPolled: true, signal: own.signal })) {
        isAnew ||= event.type === "hello";
        if (event.type === "connection" && event.isCurrent) break;
        // Whoever cannot ask is offline, whatever the others are.
        if ((event.type !== "connection" || event.state === "offline") && isNews(event)) yield event;
      }
      standing.position = filled.position;
    }
    // The server is behind the one who told the others, or they know of a future that a restored backup has undone:
    // then they find out, and are asked again where they stand.
    if (hasGap()) return false;
    isFilling = false;
    // As the others are, who may have told nothing meanwhile.
    if (before !== null) {
      const back: SafelightEvent = { type: "connection", ...before };
      if (isNews(back)) yield back;
    }
    return true;
  };
  try {
    for (;;) {
      const item = await mailbox.take(own.signal);
      if (item.type === "failure") throw item.error;
      if (item.type === "gap") {
        // A counter that is lower than one's own may have gone back.
        const mustAsk = item.sequence < sequenceOf(standing);
        // What comes after a gap is nothing without it.
        if (!(yield* fill(item.sequence, mustAsk))) return;
      } else if (isNews(item)) yield item;
    }
  } catch (error) {
    if (signal.aborted || !own.signal.aborted) throw error;
  } finally {
    leave();
    for (const stop of stops) stop();
  }
  if (mustBeginAnew) standing.position = undefined;
  if (isAsleep) await awake(transport, peers, signal);
}

/** Waits until this page is not asleep any more. */
function awake({ environment }: Transport, peers: Peers, signal: AbortSignal): Promise<void> {
  let wake = () => {};
  const arm = () => {
    const stops = [
      peers.onSleep((isAsleep) => isAsleep || wake()),
      // Not every browser tells each time.
      environment.onChange(() => environment.isHidden() || wake()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  };
  return underSignal({ signal, arm }, () => new Promise((resolve) => (wake = resolve)));
}
