import { embeddedDispatcher } from "../dispatcher/embedded-dispatcher.js";
import { inProcessEventBus } from "../event-bus/in-process-event-bus.js";
import type { Models } from "../model/define-model.js";
import type { Clock } from "../ports/clock.js";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import type { Store } from "../ports/store/store.js";
import { consoleLogger } from "../process/console-logger.js";
import { systemClock } from "../process/system-clock.js";
import { guardedCall } from "./guarded-call.js";
import { guardedChannel } from "./guarded-channel.js";
import { migrateAtFirstUse } from "./migrate-at-first-use.js";
import type { SafelightOptions } from "./options.js";
import { safeDispatcher } from "./safe-dispatcher.js";
import { safeLogger } from "./safe-logger.js";
import { type CheckedStorage, withWriteHealth } from "./with-write-health.js";

/** The ports of a server. */
export interface HostPorts {
  readonly store: Store;
  readonly storage: CheckedStorage;
  readonly dispatcher: Dispatcher;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Returns the host's ports with their defaults. The logger, the dispatcher and the event bus never throw. */
export function hostPorts<M extends Models>(options: SafelightOptions<M>): HostPorts {
  const { clock = systemClock } = options;
  const storage = withWriteHealth(options.storage, () => performance.now());
  const logger = safeLogger(options.logger ?? consoleLogger, (report) => options.telemetry?.logged(report));
  const store = options.autoMigrate === false ? options.store : migrateAtFirstUse(options.store);
  const dispatcher = safeDispatcher(options.dispatcher ?? embeddedDispatcher(store), { clock, logger });
  const eventBus = safeEventBus(options.eventBus ?? inProcessEventBus(store), logger);
  return { store, storage, dispatcher, eventBus, clock, logger };
}

/** A lost hint only delays an update. */
function safeEventBus(eventBus: EventBus, logger: Logger): EventBus {
  const line = { event: "event_bus.failed", message: "Event bus failed; clients receive changes late." } as const;
  const { publish, subscribe } = guardedChannel(logger, line);
  const close = guardedCall(logger, line);
  const { onHealth, onLostHints } = eventBus;
  return {
    hint: (ids) => publish(() => eventBus.hint(ids)),
    onHint: (id, listener) => subscribe(() => eventBus.onHint(id, listener)),
    ...(onHealth && { onHealth: (listener) => subscribe(() => onHealth.call(eventBus, listener)) }),
    ...(onLostHints && { onLostHints: (listener) => subscribe(() => onLostHints.call(eventBus, listener)) }),
    // A rejection is logged; the store must close all the same.
    close: async () => {
      await Promise.allSettled([close(() => eventBus.close?.())]);
    },
  };
}
