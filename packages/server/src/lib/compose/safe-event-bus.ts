import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import { guardedCall } from "./guarded-call.js";

/** The host's event bus, which never throws here: a hint may be lost, and a watcher that gets none reads now and then. */
export function safeEventBus(eventBus: EventBus, logger: Logger): EventBus {
  const message = "The event bus failed; changes are seen later.";
  const publish = guardedCall(logger, message);
  const subscribe = guardedCall(logger, message);
  return {
    hint: (ids) => {
      publish(() => eventBus.hint(ids));
    },
    onHint: (listener) => {
      const stop = subscribe(() => eventBus.onHint(listener));
      return () => {
        // A promise, of a host without types, is no function to call.
        subscribe(() => (typeof stop === "function" ? stop() : undefined));
      };
    },
  };
}
