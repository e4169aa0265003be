import type { Dispatcher } from "../ports/dispatcher.js";
import type { Logger } from "../ports/logger.js";
import { guardedCall } from "./guarded-call.js";

/** The host's dispatcher, which never throws here: a wake may be lost, and the worker looks for due rows by itself. */
export function safeDispatcher(dispatcher: Dispatcher, logger: Logger): Dispatcher {
  const message = "The dispatcher failed; the worker finds due work by itself.";
  const publish = guardedCall(logger, message);
  const subscribe = guardedCall(logger, message);
  return {
    enqueue: (wake) => {
      publish(() => dispatcher.enqueue(wake));
    },
    onWake: (handler) => {
      const stop = subscribe(() => dispatcher.onWake(handler));
      return () => {
        // A promise, of a host without types, is no function to call.
        subscribe(() => (typeof stop === "function" ? stop() : undefined));
      };
    },
  };
}
