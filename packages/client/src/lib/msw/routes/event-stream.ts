import type { MockRequest } from "../request/mock-request.js";
import { readAfter } from "../request/read-query.js";
import { invalidInput, Refusal } from "../request/refusal.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { readChanges } from "./read-active.js";

const headers = {
  "content-type": "text/event-stream",
  "cache-control": "private, no-store, no-transform",
  "x-accel-buffering": "no",
};

const retryMs = 1_000;
/** The server's heartbeat. The client closes a stream after three times this silence. */
const heartbeatMs = 8_000;

/**
 * Streams all changes of an owner as server-sent events. The stream ends when another owner signs in or the owner signs
 * out. It breaks when the server goes offline, and on `breakStreams`.
 */
export const eventRoutes = {
  "GET /events"(state: MockState, request: MockRequest): Response {
    if (!state.settings.streams) throw new Refusal("not_found");
    const owner = state.caller;
    const after = toSequence(request.headers.get("last-event-id")) ?? readAfter(request);
    if (request.method === "HEAD") return new Response(null, { headers });
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, request.signal]);
    const { breaks } = state;
    const isBroken = () => !state.isReset && (state.isOffline || state.breaks !== breaks);
    const events = ownerEvents(state, { owner, options: { after, signal, isBroken } });
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { value, done } = await events.next();
        if (done !== true) controller.enqueue(encoder.encode(value));
        else if (isBroken()) controller.error(new TypeError("The connection was lost."));
        else controller.close();
      },
      cancel: () => over.abort(),
    });
    return new Response(stream, { headers });
  },
};

interface EventOptions {
  readonly after: number | null;
  readonly signal: AbortSignal;
  /** Whether the connection is broken. */
  readonly isBroken: () => boolean;
}

async function* ownerEvents(
  state: MockState,
  { owner, options: { after, signal, isBroken } }: { readonly owner: MockOwner; readonly options: EventOptions },
): AsyncGenerator<string, void> {
  const { tag: ownerTag } = owner;
  let position = after ?? owner.sequence;
  let balance: number | null = null;
  const isOver = () => signal.aborted || isBroken() || state.isReset || state.owner !== owner;
  const balanceNow = () => (state.isBilled ? owner.ledger.balance : null);
  const shouldWake = () => isOver() || owner.sequence !== position || balanceNow() !== balance;
  const hello = { ownerTag, sequence: owner.sequence, serverTime: new Date().toISOString() };
  yield `retry: ${retryMs}\n${toText("hello", { data: hello })}`;
  while (!isOver()) {
    const { sequence } = owner;
    const { changed, deleted, resync } = readChanges(state, { owner, after: position });
    position = sequence;
    if (resync) yield toText("resync", { data: { sequence }, id: sequence });
    const events = [
      ...changed.map((generation) => ({ name: "generation", data: generation, sequence: generation.sequence })),
      ...deleted.map((one) => ({ name: "deleted", data: one, sequence: one.sequence })),
    ];
    for (const { name, data, sequence: id } of events.sort((left, right) => left.sequence - right.sequence)) {
      yield toText(name, { data, id });
    }
    if (balanceNow() !== balance) {
      balance = balanceNow();
      yield toText("credits", { data: { balance } });
    }
    await state.held.hold({ waitMs: heartbeatMs, signal, shouldWake });
    if (!shouldWake()) yield ":\n\n";
  }
  if (state.isReset) yield toText("resync", { data: { sequence: 0 }, id: 0 });
}

/** Formats one event. JSON contains no line breaks. */
function toText(name: string, { data, id }: { readonly data: object; readonly id?: number | undefined }): string {
  return `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** `null` without an id. */
function toSequence(id: string | null): number | null {
  if (id === null || id === "") return null;
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw invalidInput("Must be the id of an event of this stream.", ["Last-Event-ID"]);
}
