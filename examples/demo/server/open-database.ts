import type { Dispatcher, EventBus, Store } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { postgresEventBus, postgresStore } from "@safelight/server/postgres";
import { redisEventBus } from "@safelight/server/redis";
import { Redis } from "ioredis";
import pg from "pg";
import type { DatabaseSettings } from "./database-settings.ts";

/** Max connections of the store, besides two of the event bus. Postgres plans each function once per connection. */
const maxConnections = 4;

/** The rows of the demo, and the hints between its processes. */
export interface Database {
  readonly store: Store;
  /** `null`: the processes detect each other's commits by the database file. */
  readonly bus: (EventBus & Dispatcher) | null;
  /** Closes the connections. Call it after `safelight.close()`, which uses them. */
  close(): Promise<void>;
}

/** Creates the store and the event bus. The first query connects. */
export function openDatabase(settings: DatabaseSettings): Database {
  if (settings.kind === "file")
    return { store: libsqlStore({ url: `file:${settings.path}` }), bus: null, close: async () => {} };
  const { url, redisUrl } = settings;
  const pool = new pg.Pool({ connectionString: url, max: maxConnections });
  // An idle connection that breaks must not end the process: the pool opens another one.
  pool.on("error", () => {});
  const { bus, close } = redisUrl === null ? openPostgresBus(url) : openRedisBus(redisUrl);
  return {
    store: postgresStore({ client: pool, identity: url, logger: console }),
    bus,
    close: async () => {
      close();
      await pool.end();
    },
  };
}

interface Bus {
  readonly bus: EventBus & Dispatcher;
  close(): void;
}

function openPostgresBus(connectionString: string): Bus {
  // `safelight.close()` closes its connections.
  return { bus: postgresEventBus({ listen: () => new pg.Client({ connectionString }) }), close: () => {} };
}

function openRedisBus(url: string): Bus {
  // A hint that cannot be sent now is useless later: it is not queued, and the next query finds the change.
  const publisher = new Redis(url, { enableOfflineQueue: false });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  const clients = [publisher, subscriber];
  // The clients reconnect, and the event bus logs a loss once.
  for (const client of clients) client.on("error", () => {});
  return {
    bus: redisEventBus({ publisher, subscriber }),
    close: () => {
      for (const client of clients) client.disconnect();
    },
  };
}
