import { createFactory } from "hono/factory";
import type { Caller } from "../../model/define-model.js";
import { withinTime } from "../../process/within-time.js";
import { invalidInput } from "../../service/errors/invalid-input.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { ownerEvents } from "../../service/watch/owner-events.js";
import { refuseCrossOrigin } from "../request/cross-origin.js";
import { identifyCaller, toIdentifyRequest } from "../request/identify-caller.js";
import type { IdentifyRequest } from "../request/identify-request.js";
import { type RouterEnv, type RouterOptions, replyOf } from "../request/router-context.js";
import { validQuery } from "../request/valid-query.js";
import { waitUntilOf } from "../request/work-during-request.js";
import { eventsQuery } from "../routes/request-schemas.js";
import { eventStream } from "./event-stream.js";
import type { Handlers } from "./handlers.js";
import { holdOpen } from "./hold-open.js";

const { createHandlers } = createFactory<RouterEnv>();

/** Streams end by themselves, so that they spread over the servers there are. A tenth more or less. */
const streamMs = 600_000;
/** How often it is asked who listens, at the next beat: one who has signed out hears nothing more within a minute. */
const checkMs = 40_000;
/** How long `identify` may take on a heartbeat. After that the stream ends, and the client connects again. */
const maxCheckMs = 10_000;
/** How long a browser waits before it connects again. Half more or less. */
const retryMs = 1_000;
/** Several heartbeats, for hosts whose `idleTimeout` is below Bun's default. */
const maxStreamSilenceMs = 30_000;

const headers = {
  "Content-Type": "text/event-stream",
  // A proxy that changes or collects what passes would hold the events back.
  "Cache-Control": "private, no-store, no-transform",
  "X-Accel-Buffering": "no",
};

/** What an owner watches. */
export function eventHandlers(options: RouterOptions): Pick<Handlers, "events"> {
  const { beginRequest, random, service } = options;
  const { clock } = service;
  const spread = (ms: number, part: number): number => Math.round(ms * (1 - part + 2 * part * random()));
  // A page of a foreign origin cannot read the stream, and could hold it open in its user's name.
  const events = createHandlers(refuseCrossOrigin(options), validQuery(eventsQuery), async (c) => {
    const { caller } = c.var;
    holdOpen(c, maxStreamSilenceMs);
    const after = toSequence(c.req.header("last-event-id")) ?? c.req.valid("query").after ?? null;
    if (c.req.method === "HEAD") return replyOf(c).body(null, 200, headers);
    const over = new AbortController();
    const { signal } = over;
    const isAllowed = isStill(caller, toIdentifyRequest(c), { options, signal });
    const changes = ownerEvents(service, caller, { after, random, signal, isAllowed });
    const cancelTimer = clock.setTimer(spread(streamMs, 0.1), () => over.abort());
    // In request mode a stream advances due generations while it is open. A step may end after the stream.
    const endRequest = beginRequest?.();
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        cancelTimer();
        // Ends a generator that waits for its next reader. One that waits for the store ends once that promise settles.
        void changes.return(undefined);
        resolve(endRequest?.({ isOver: true }));
      });
    });
    if (endRequest !== undefined) waitUntilOf(c, service.logger)?.(ended);
    // Behind all that ends with it: the request may be gone already.
    endWith(c.req.raw.signal, over);
    try {
      const { value: first, done } = await changes.next();
      if (done === true) throw new ServiceError("unavailable", "The server is closing.");
      const onEnd = () => over.abort();
      const stream = eventStream({ first, events: changes, clock, retryMs: spread(retryMs, 0.5), signal, onEnd });
      return replyOf(c).body(stream, 200, headers);
    } catch (error) {
      over.abort();
      throw error;
    }
  });
  return { events };
}

/** As `AbortSignal.any` would, which costs a kilobyte for as long as the stream is open. */
function endWith(request: AbortSignal, over: AbortController): void {
  if (request.aborted) over.abort();
  request.addEventListener("abort", () => over.abort(), { once: true });
}

/** Re-authenticates the caller now and then. A check that fails, takes too long or is aborted counts as another owner. */
function isStill(
  { ownerId }: Caller,
  request: IdentifyRequest,
  { options, signal }: { readonly options: RouterOptions; readonly signal: AbortSignal },
): () => Promise<boolean> {
  const { clock } = options.service;
  let checkedAt = clock.now();
  return async () => {
    if (clock.now() - checkedAt < checkMs) return true;
    checkedAt = clock.now();
    const identified = withinTime(clock, { limitMs: maxCheckMs, signal, what: "identify" }, () =>
      identifyCaller(request, options),
    );
    const caller = await identified.catch(() => null);
    return caller?.ownerId === ownerId;
  };
}

/** `null` when there is none. */
function toSequence(id: string | undefined): number | null {
  if (id === undefined || id === "") return null;
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw invalidInput("The id of an event of this stream.", ["Last-Event-ID"]);
}
