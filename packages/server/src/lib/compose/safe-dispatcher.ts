import type { Clock } from "../ports/clock.js";
import type { Dispatcher, Wake } from "../ports/dispatcher.js";
import type { Logger } from "../ports/logger.js";
import { withinTime } from "../process/within-time.js";
import { isThenable } from "./guarded-call.js";
import { guardedChannel } from "./guarded-channel.js";

/** Max time in which an engine accepts a wake, in milliseconds: requests and a stopping worker wait for it. */
const maxEnqueueMs = 5_000;

/**
 * A dispatcher that never throws, rejects or hangs, and receives only delays that its engine supports. A lost wake is
 * harmless: a poll or a sweep finds the work.
 */
export function safeDispatcher(
  dispatcher: Dispatcher,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Dispatcher {
  const { publish, subscribe } = guardedChannel(logger, {
    event: "dispatcher.failed",
    message: "Dispatcher failed: a wake was lost; a poll or a sweep finds the work.",
  });
  const send = (wake: Wake): unknown => {
    const sent = dispatcher.enqueue(wake);
    if (!isThenable(sent)) return undefined;
    return withinTime({ clock, limitMs: maxEnqueueMs, what: "Enqueueing a wake" }, async () => sent);
  };
  return {
    enqueue: (wake) => {
      const dueInMs = supportedDelay(wake.dueInMs, dispatcher);
      return dueInMs === null ? undefined : publish(() => send({ ...wake, dueInMs }));
    },
    // Read at each use, as a method of the host's object.
    ...(dispatcher.onWake && { onWake: (handler) => subscribe(() => dispatcher.onWake?.(handler) ?? (() => {})) }),
  };
}

/** `null` for a later wake of an engine without delays: it would be delivered too early again and again. */
function supportedDelay(
  dueInMs: number,
  { maxDelayMs = Number.POSITIVE_INFINITY, minDelayMs = 0 }: Pick<Dispatcher, "maxDelayMs" | "minDelayMs">,
): number | null {
  if (dueInMs <= 0) return 0;
  return maxDelayMs <= 0 ? null : Math.min(Math.max(dueInMs, minDelayMs), maxDelayMs);
}
