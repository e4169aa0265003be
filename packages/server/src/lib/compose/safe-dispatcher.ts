import type { Dispatcher } from "../ports/dispatcher.js";
import type { Logger } from "../ports/logger.js";
import { guardedChannel } from "./guarded-channel.js";

/** Wraps the host's dispatcher so that it never throws. A lost wake is harmless: the worker polls. */
export function safeDispatcher(dispatcher: Dispatcher, logger: Logger): Dispatcher {
  const { publish, subscribe } = guardedChannel(logger, "Dispatcher failed; the worker polls for due work.");
  return {
    enqueue: (wake) => publish(() => dispatcher.enqueue(wake)),
    onWake: (handler) => subscribe(() => dispatcher.onWake(handler)),
  };
}
