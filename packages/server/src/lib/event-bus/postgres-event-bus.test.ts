import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import pg from "pg";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { becomes, runNetworkedBusContract } from "../../../test/networked-bus-contract.js";
import { startPostgres } from "../../../test/start-postgres.js";
import { runEventBusContract } from "../../../testing/event-bus-contract/event-bus-contract.js";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { postgresEventBus } from "./postgres-event-bus.js";

const server = startPostgres();

async function connectTo({ name = "bus", port = 5432 } = {}) {
  const { socketFolder } = await server();
  return () =>
    new pg.Client({ host: socketFolder, port, user: "postgres", database: "postgres", application_name: name });
}

runEventBusContract("postgresEventBus", async () => ({
  async open(database) {
    const bus = postgresEventBus({ listen: await connectTo(), schema: database });
    await becomes(bus, true);
    return bus;
  },
}));

let subjects = 0;

runNetworkedBusContract("postgresEventBus", async () => {
  subjects += 1;
  const name = `subject_${subjects}`;
  const connect = await connectTo({ name });
  const pool = (await server()).openPool({ max: 1 });
  let isCut = false;
  const sessions = async () =>
    (await pool.query("SELECT pid FROM pg_stat_activity WHERE application_name = $1", [name])).rows.length;
  return {
    open: (options) =>
      postgresEventBus({
        ...options,
        schema: name,
        listen: () => {
          if (isCut) throw new Error("The connection is cut.");
          return connect();
        },
      }),
    async cut() {
      isCut = true;
      const text = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
      do await pool.query(text, [name]);
      while ((await sessions()) > 0);
    },
    async restore() {
      isCut = false;
    },
  };
});

it("changes no setting of its sessions: a pooler may give them to others", async () => {
  const connect = await connectTo();
  const clients: pg.Client[] = [];
  const listen = () => {
    const client = connect();
    clients.push(client);
    return client;
  };
  const bus = postgresEventBus({ listen, schema: "settings" });
  onTestFinished(() => bus.close());
  await becomes(bus, true);
  bus.hint(["ann"]);
  const changed = "SELECT name FROM pg_settings WHERE source = 'session'";
  const isPublished = async (client: pg.Client) => {
    const { rows } = await client.query(
      "SELECT query FROM pg_stat_activity WHERE query LIKE '%pg_notify%' AND pid <> pg_backend_pid()",
    );
    return rows.length > 0;
  };
  const watcher = connect();
  await watcher.connect();
  onTestFinished(() => watcher.end());
  await expect.poll(() => isPublished(watcher)).toBe(true);
  expect(clients).toHaveLength(2);
  for (const client of clients) expect((await client.query(changed)).rows).toEqual([]);
});

it("refuses a client instead of a function that creates one", () => {
  // The cast is part of the test: a host without types.
  const listen = new pg.Client() as unknown as () => pg.Client;
  expect(() => postgresEventBus({ listen })).toThrow(/^postgresEventBus needs a function as `listen`/);
});

describe("a bus that cannot connect", () => {
  it("logs the reason, without a password", async () => {
    const lines: unknown[] = [];
    const logger = { info: () => {}, warn: (...line: unknown[]) => lines.push(line) };
    const listen = () => {
      throw new Error("Invalid URL postgres://ann:hu/sh@db/x");
    };
    const bus = postgresEventBus({ listen, logger, clock: fakeClock() });
    onTestFinished(() => bus.close());
    bus.hint(["ann"]);
    await expect.poll(() => lines).toHaveLength(1);
    const message = "Event bus could not connect; watchers query the database every second.";
    expect(lines).toEqual([[message, { event: "event_bus.failed", error: "Error: Invalid URL postgres://***@db/x" }]]);
  });

  it("logs to the console with the prefix of the server's other lines", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const listen = await connectTo({ port: 1 });
    const bus = postgresEventBus({ listen, clock: fakeClock() });
    onTestFinished(() => bus.close());
    bus.hint(["ann"]);
    await expect.poll(() => warn.mock.calls).toHaveLength(1);
    expect(warn.mock.calls[0]).toEqual([
      "safelight: Event bus could not connect; watchers query the database every second.",
      { event: "event_bus.failed", error: expect.stringContaining("ENOENT") },
    ]);
  });

  it("calls `listen` again when it does not return within ten seconds", async () => {
    const connect = await connectTo({ name: "hanging" });
    const clock = fakeClock();
    let calls = 0;
    const listen = () => {
      calls += 1;
      return calls <= 2 ? new Promise<pg.Client>(() => {}) : connect();
    };
    const bus = postgresEventBus({ listen, clock, logger: { info: () => {}, warn: () => {} } });
    onTestFinished(() => bus.close());
    let isHealthy = false;
    bus.onHealth((now) => {
      isHealthy = now;
    });
    const step = async (): Promise<boolean> => {
      await clock.advance(500);
      return isHealthy;
    };
    await expect.poll(step).toBe(true);
  });
});

describe("a bus whose server accepts connections and is silent", () => {
  /** Opens a bus to a port that accepts connections, never responds and never closes one. */
  async function openSilent() {
    const accepted: Socket[] = [];
    const silent = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => {}).resume();
      accepted.push(socket);
    }).listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(async () => {
      for (const socket of accepted) socket.destroy();
      silent.close();
      await once(silent, "close");
    });
    // `listen` on a host returns an address with a port.
    const { port } = silent.address() as { readonly port: number };
    const clients: pg.Client[] = [];
    const clock = fakeClock();
    const bus = postgresEventBus({
      clock,
      logger: { info: () => {}, warn: () => {} },
      listen: () => {
        const client = new pg.Client({ host: "127.0.0.1", port, user: "ann", database: "x" });
        clients.push(client);
        return client;
      },
    });
    bus.hint(["ann"]);
    const open = () => clients.filter(({ connection }) => !connection.stream.destroyed).length;
    return { accepted, bus, clock, open };
  }

  it("destroys each socket that it replaces", async () => {
    const { accepted, bus, clock, open } = await openSilent();
    const counts: number[] = [];
    const step = async (): Promise<number> => {
      await clock.advance(500);
      counts.push(open());
      return accepted.length;
    };
    await expect.poll(step).toBeGreaterThanOrEqual(10);
    // Two connections, and two that have half a second to end.
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
    const closed = bus.close();
    await clock.advance(1_000);
    await closed;
  });

  it("destroys its sockets when it closes", async () => {
    const { accepted, bus, clock, open } = await openSilent();
    await expect.poll(() => accepted.length).toBe(2);
    const closed = bus.close();
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    const step = async (): Promise<boolean> => {
      await clock.advance(500);
      return isClosed;
    };
    await expect.poll(step).toBe(true);
    expect(open()).toBe(0);
  });
});
