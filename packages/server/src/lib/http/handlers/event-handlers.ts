import { createFactory } from "hono/factory";
import type { Caller } from "../../model/define-model.js";
import { withinTime } from "../../process/within-time.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { galleryReaderOf } from "../../service/owners/gallery.js";
import { OwnerEvents } from "../../service/read/owner-events.js";
import { refuseCrossOrigin } from "../request/cross-origin.js";
import { toIdentifyRequest } from "../request/identify-caller.js";
import type { IdentifyRequest } from "../request/identify-request.js";
import type { ListSlots } from "../request/list-slots.js";
import { cutBodyOf } from "../request/node-response.js";
import { type RouterEnv, type RouterOptions, responseContext } from "../request/router-context.js";
import type { UnreadResponses } from "../request/unread-responses.js";
import { validQuery } from "../request/valid-query.js";
import { waitUntilOf } from "../request/work-during-request.js";
import { eventsQuery } from "../routes/request-schemas.js";
import { eventStream } from "./event-stream.js";
import type { Handlers } from "./handlers.js";
import { holdOpen } from "./hold-open.js";

const { createHandlers } = createFactory<RouterEnv>();

/** Max duration of a stream, ±10%, so that reconnects rebalance the streams over the servers. */
const streamMs = 600_000;
/**
 * Heartbeats between two re-authentications: 40 seconds, so that the stream of a signed-out user ends within a minute. Timers
 * measure heartbeats; a clock that is set back would delay the check.
 */
const beatsPerCheck = 5;
/** Time limit of `identify` on a heartbeat. After it the stream ends, and the client reconnects. */
const maxCheckMs = 10_000;
/** Delay before a browser reconnects, ±50%. */
const retryMs = 1_000;
/** Idle timeout in Bun, in milliseconds: several heartbeats. The host may have set a shorter one for all requests. */
const maxStreamSilenceMs = 30_000;

const headers = {
  "Content-Type": "text/event-stream",
  // A proxy that transforms or buffers the response would delay the events.
  "Cache-Control": "private, no-store, no-transform",
  "X-Accel-Buffering": "no",
};

/** Handler of an owner's event stream. */
export function eventHandlers(
  options: RouterOptions,
  { lists, unread }: { readonly lists: ListSlots; readonly unread: UnreadResponses },
): Pick<Handlers, "events"> {
  const { beginRequest, random, service } = options;
  const { clock } = service;
  const jitter = (ms: number, part: number): number => Math.round(ms * (1 - part + 2 * part * random()));
  // A page of an untrusted origin cannot read the stream, but could hold it open with its user's cookies.
  const events = createHandlers(refuseCrossOrigin(options), validQuery(eventsQuery), async (c) => {
    const { caller } = c.var;
    holdOpen(c, maxStreamSilenceMs);
    const { after, of, owner, timeline } = c.req.valid("query");
    const reader = galleryReaderOf(caller, of);
    const position = after === undefined ? null : { sequence: after, ownerTag: owner, timeline };
    if (c.req.method === "HEAD") return responseContext(c).body(null, 200, headers);
    const controller = new AbortController();
    const { signal } = controller;
    const isSameCaller = callerCheck(caller, { request: toIdentifyRequest(c), options, signal });
    const isAllowed = onCheckBeats(isSameCaller);
    // Nothing of a team is sent to a caller who has left it.
    const maySend = of === "team" ? isSameCaller : undefined;
    const inSlot = lists.ofStream({ ownerId: caller.ownerId, signal });
    const cancelTimer = clock.setTimer(jitter(streamMs, 0.1), () => controller.abort());
    // In request mode a stream advances due generations while it is open. A step may end after the stream.
    const endRequest = beginRequest?.();
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        cancelTimer();
        resolve(endRequest?.({ isOver: true }));
      });
    });
    if (endRequest !== undefined) waitUntilOf(c, service.logger)?.(ended);
    // After every abort listener above: the request may be aborted already.
    abortWith(c.req.raw.signal, controller);
    try {
      const watch = { caller: reader, after: position, isAllowed, maySend, inSlot };
      const events = new OwnerEvents(service, { ...watch, random, signal });
      const first = await events.next();
      if (first === null) throw new ServiceError("unavailable", endedEarly(service));
      const onEnd = () => controller.abort();
      const source = { first, events, signal, onEnd, retryMs: jitter(retryMs, 0.5) };
      const stream = eventStream({ ...source, unread, cut: cutBodyOf(c), clock, logger: service.logger });
      return responseContext(c).body(stream, 200, headers);
    } catch (error) {
      controller.abort();
      throw error;
    }
  });
  return { events };
}

/** The detail for a stream that has ended before its first event, such as after a change of the caller's team. */
function endedEarly({ closing }: RouterOptions["service"]): string {
  return closing.aborted ? "The server is closing." : "The stream has ended: connect again.";
}

/** Does the same as `AbortSignal.any`, which takes a kilobyte per open stream. */
function abortWith(request: AbortSignal, controller: AbortController): void {
  if (request.aborted) controller.abort();
  request.addEventListener("abort", () => controller.abort(), { once: true });
}

/**
 * Returns a check that identifies the caller again. It resolves to whether owner, account and team are the same: the stream sends
 * the balance of the account, and may send the generations of the team. It rejects if `identify` fails, times out or is aborted.
 */
function callerCheck(
  { ownerId, accountId, teamId }: Caller,
  {
    request,
    options,
    signal,
  }: { readonly request: IdentifyRequest; readonly options: RouterOptions; readonly signal: AbortSignal },
): () => Promise<boolean> {
  const { clock } = options.service;
  return async () => {
    const caller = await withinTime({ clock, limitMs: maxCheckMs, signal, what: "identify" }, () =>
      options.identify(request),
    );
    return caller?.ownerId === ownerId && caller.accountId === accountId && caller.teamId === teamId;
  };
}

/** Runs the check at one of `beatsPerCheck` heartbeats. A check that rejects ends the stream, and the client reconnects. */
function onCheckBeats(check: () => Promise<boolean>): () => Promise<boolean> {
  let beats = 0;
  return async () => {
    beats += 1;
    return beats % beatsPerCheck !== 0 || check().catch(() => false);
  };
}
