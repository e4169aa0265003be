import type { ActiveChangesResponse, EventFrame, QueuePlace } from "../../contract/wire.js";
import type { MockPosition, MockRequest } from "../request/mock-request.js";
import { galleryNow, readGallery, readPosition } from "../request/read-query.js";
import { Refusal } from "../request/refusal.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { readChanges, readSnapshot } from "./read-active.js";

const headers = {
  "content-type": "text/event-stream",
  "cache-control": "private, no-store, no-transform",
  "x-accel-buffering": "no",
};

const retryMs = 1_000;
/** The server's heartbeat. The client closes a stream after three times this silence. */
const heartbeatMs = 8_000;

/**
 * Streams all changes of an owner as frames. The stream ends when another owner signs in or the owner signs out. It breaks
 * when the server goes offline, and on `breakStreams`.
 */
export const eventRoutes = {
  "GET /events"(state: MockState, request: MockRequest): Response {
    if (!state.settings.streams) throw new Refusal("not_found");
    const owner = readGallery(state, request);
    const hasGalleryChanged = () => galleryNow(state, request) !== owner;
    const position = readPosition(request, { ownerTag: owner.tag, timeline: state.timeline });
    if (request.method === "HEAD") return new Response(null, { headers });
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, request.signal]);
    const { breaks } = state;
    const isBroken = () => state.successor === null && (state.isOffline || state.breaks !== breaks);
    const frames = ownerFrames(state, { owner, options: { position, signal, isBroken, hasGalleryChanged } });
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { value, done } = await frames.next();
        if (done !== true) controller.enqueue(encoder.encode(value));
        else if (isBroken()) controller.error(new TypeError("The connection was lost."));
        else controller.close();
      },
      cancel: () => over.abort(),
    });
    return new Response(stream, { headers });
  },
};

interface StreamOptions {
  /** `null`: start with a snapshot. */
  readonly position: MockPosition | null;
  readonly signal: AbortSignal;
  /** Whether the connection is broken. */
  readonly isBroken: () => boolean;
  /** Whether another owner has signed in, or the owner has left the team. */
  readonly hasGalleryChanged: () => boolean;
}

async function* ownerFrames(
  state: MockState,
  { owner, options }: { readonly owner: MockOwner; readonly options: StreamOptions },
): AsyncGenerator<string, void> {
  const { signal, isBroken, hasGalleryChanged } = options;
  const first = firstFrame(state, { owner, position: options.position });
  let position: MockPosition = first;
  let balance: number | null = null;
  const isOver = () => signal.aborted || isBroken() || state.successor !== null || hasGalleryChanged();
  const balanceNow = () => (state.isBilled ? owner.ledger.balance : null);
  const nextChanges = () => readChanges(state, { owner, position });
  const sent = new Map(first.generations.map((generation) => [generation.id, placeKey(generation)]));
  const movedPlaces = () => state.queueOf(owner).filter((place) => sent.get(place.id) !== placeKey(place));
  const shouldWake = () => isOver() || nextChanges() !== null || balanceNow() !== balance || movedPlaces().length > 0;
  yield `retry: ${retryMs}\n${toText(first)}`;
  while (!isOver()) {
    const changes = nextChanges();
    if (changes !== null) {
      const { sequence, changed, deleted, generations, resync } = changes;
      position = changes;
      for (const generation of resync ? generations : changed) sent.set(generation.id, placeKey(generation));
      yield toText(resync ? changes : { sequence, changed, deleted });
      continue;
    }
    if (balanceNow() !== balance) {
      balance = balanceNow();
      if (balance !== null) yield toText({ balance });
    }
    const queue = movedPlaces();
    for (const place of queue) sent.set(place.id, placeKey(place));
    if (queue.length > 0) yield toText({ sequence: position.sequence, changed: [], deleted: [], queue });
    await state.held.hold({ waitMs: heartbeatMs, signal, shouldWake });
    if (!shouldWake()) yield ":\n\n";
  }
  const { successor } = state;
  if (successor?.owner) yield toText(readSnapshot(successor, { owner: successor.owner }));
}

/** The response of `GET /active?after=`, also if nothing changed; a snapshot without a position. */
function firstFrame(
  state: MockState,
  { owner, position }: { readonly owner: MockOwner; readonly position: MockPosition | null },
): ActiveChangesResponse {
  const snapshot = readSnapshot(state, { owner });
  if (position === null) return snapshot;
  return readChanges(state, { owner, position }) ?? { ...snapshot, resync: false };
}

/** Differs when the place or the version of a generation has changed. */
function placeKey({ progress, version }: Pick<QueuePlace, "progress" | "version">): string {
  return `${version} ${progress.queuePosition}`;
}

/** One server-sent event. JSON contains no line breaks. */
function toText(frame: EventFrame): string {
  return `data: ${JSON.stringify(frame)}\n\n`;
}
