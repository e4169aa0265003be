import { syncCrypto } from "../bytes/sync-crypto.js";
import { checkOptionNames } from "../model/check-option-names.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import { withSetupCode } from "../ports/setup-error.js";
import { systemClock } from "../process/system-clock.js";
import type { HintTransport } from "./hint-transport.js";
import { createNetworkedEventBus, type NetworkedEventBus } from "./networked-event-bus.js";
import { ReconnectingSession, type SessionClient } from "./reconnecting-session.js";

/** Options of {@link postgresEventBus}. */
export interface PostgresEventBusOptions {
  /**
   * Creates an unconnected `Client` of `pg`. Its URL must bypass a pooler in transaction mode, where LISTEN has no
   * effect. The bus calls it for one connection that listens and one that publishes, and again after each loss.
   */
  readonly listen: () => SessionClient | Promise<SessionClient>;
  /**
   * The schema of the store: processes with the same database, schema and prefix receive each other's hints.
   *
   * @default "public"
   */
  readonly schema?: string;
  /**
   * The prefix of the store.
   *
   * @default "safelight_"
   */
  readonly prefix?: string;
  /** Receives one line when the bus loses its connection, and one when it recovers. @default the console */
  readonly logger?: Pick<Logger, "info" | "warn">;
  /** For tests. @default the system's time */
  readonly clock?: Clock;
}

/**
 * Creates an event bus between processes on LISTEN and NOTIFY. Pass it as `eventBus` and as `dispatcher`.
 *
 * @example
 * ```ts
 * const bus = postgresEventBus({ listen: () => new Client({ connectionString: process.env.DATABASE_URL }) });
 * createSafelight({ eventBus: bus, dispatcher: bus, … });
 * ```
 * @throws {TypeError} for an unknown or missing option, and on a runtime without `node:crypto`.
 */
export function postgresEventBus(options: PostgresEventBusOptions): NetworkedEventBus {
  checkOptionNames<PostgresEventBusOptions>(options, {
    where: "postgresEventBus",
    names: { listen: "required", schema: true, prefix: true, logger: true, clock: true },
  });
  if (typeof options.listen !== "function") {
    throw withSetupCode(
      "option_missing",
      new TypeError("postgresEventBus needs a function as `listen` that creates a `Client` of `pg`."),
    );
  }
  const { clock = systemClock, listen, logger, prefix = "safelight_", schema = "public" } = options;
  const transport = notifyTransport({ channel: channelOf(`${schema}.${prefix}`), clock, open: listen });
  return createNetworkedEventBus({ transport, clock, logger });
}

/** A hash, because a channel has at most 63 bytes. */
function channelOf(name: string): string {
  return `safelight_${syncCrypto()?.sha256(new TextEncoder().encode(name)).slice(0, 16)}`;
}

/**
 * The commit of a NOTIFY holds a lock of the whole server. Without a wait for the disk, it is held briefly. Only for this
 * transaction: through a pooler, a setting of the session would change the commits of others.
 */
const notify = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

function notifyTransport({
  channel,
  clock,
  open,
}: {
  readonly channel: string;
  readonly clock: Clock;
  readonly open: PostgresEventBusOptions["listen"];
}): HintTransport {
  let listener: ReconnectingSession | null = null;
  let publisher: ReconnectingSession | null = null;
  return {
    subscribe: ({ onFailure, onLost, onMessage, onOpen }) => {
      const session = { open, clock, onFailure, onOpen, random: Math.random };
      listener = new ReconnectingSession({
        ...session,
        onLost,
        setUp: (client) => {
          client.on("notification", ({ payload = "" }) => onMessage(payload));
          return client.query(`LISTEN ${channel}`);
        },
      });
      publisher = new ReconnectingSession(session);
      listener.start();
      publisher.start();
    },
    publish: async (text) => {
      if (publisher === null) throw new Error("The event bus is not connected.");
      await publisher.query(notify, [channel, text]);
    },
    reconnect: () => {
      publisher?.restart();
      listener?.restart();
    },
    close: () => Promise.all([publisher?.close(), listener?.close()]),
  };
}
