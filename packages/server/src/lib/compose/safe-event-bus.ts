import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import { guardedChannel } from "./guarded-channel.js";

/** Wraps the host's event bus so that it never throws. A lost hint only delays an update. */
export function safeEventBus(eventBus: EventBus, logger: Logger): EventBus {
  const { publish, subscribe } = guardedChannel(logger, "Event bus failed; clients receive changes late.");
  return {
    hint: (ids) => publish(() => eventBus.hint(ids)),
    onHint: (listener) => subscribe(() => eventBus.onHint(listener)),
  };
}
