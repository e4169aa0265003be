import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { becomes } from "../../../test/networked-bus-contract.js";
import { startPostgres } from "../../../test/start-postgres.js";
import { EventListener } from "../../../testing/event-listener.js";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { testServer } from "../../../testing/test-server.js";
import { postgresEventBus } from "../event-bus/postgres-event-bus.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";

const server = startPostgres();
let databases = 0;

/** Opens nodes with one database file and one bus. Each store reports commits of the other nodes at `reportCommit`. */
async function openNodes() {
  const path = join(await tempFolder("nodes"), "test.db");
  const { socketFolder } = await server();
  databases += 1;
  const schema = `nodes_${databases}`;
  return async ({ losesHints = false } = {}) => {
    const clock = fakeClock();
    // A clock of its own: heartbeats need real time, so the bus stays healthy while the server's time passes.
    const busClock = fakeClock();
    const bus = postgresEventBus({
      clock: busClock,
      schema,
      listen: () => new pg.Client({ host: socketFolder, user: "postgres", database: "postgres" }),
    });
    onTestFinished(() => bus.close());
    await becomes(bus, true);
    const store = libsqlStore({ url: `file:${path}`, now: clock.now });
    let reportCommit = (): void => {};
    store.onForeignCommit = (listener) => {
      reportCommit = listener;
      return () => {};
    };
    const { claim } = store;
    const claimed = new Promise<void>((resolve) => {
      store.claim = async (command) => {
        const claims = await claim(command);
        if (claims.length > 0) resolve();
        return claims;
      };
    });
    const eventBus = losesHints ? { ...bus, hint: () => {} } : bus;
    const node = await testServer({ store, clock, eventBus, dispatcher: bus });
    /** A hint may be gathered while a heartbeat is sent, and arrives in real time. */
    const publishesUntil = async (received: Promise<unknown>, each = async () => {}): Promise<void> => {
      let isReceived = false;
      void received.then(() => {
        isReceived = true;
      });
      while (!isReceived) {
        await busClock.advance(20);
        await sleep(10);
        await each();
      }
    };
    return { ...node, clock, claimed, publishesUntil, reportCommit: () => reportCommit() };
  };
}

describe("several nodes with an event bus", () => {
  it("a stream of one node receives a commit of another node", async () => {
    const open = await openNodes();
    const [one, other] = [await open(), await open()];
    const listener = new EventListener(await other.request("ann", "/events"));
    await listener.next();
    const received = listener.generation();
    const { id } = await one.as("ann").submit();
    await one.publishesUntil(received);
    expect((await received).id).toBe(id);
    await listener.cancel();
  });

  it("a stream receives each change within 40 seconds when each hint is lost", async () => {
    const open = await openNodes();
    const [one, other] = [await open({ losesHints: true }), await open()];
    const listener = new EventListener(await other.request("ann", "/events"));
    await listener.next();
    const received: string[] = [];
    const receive = async (): Promise<void> => {
      for (let frame = await listener.next(); frame !== null; frame = await listener.next()) {
        if (frame !== "heartbeat") received.push(...frame.changed.map(({ id }) => id));
      }
    };
    void receive();
    for (let second = 0; second < 20; second += 1) await other.clock.advance(1_000);
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await one.as("ann").submit()).id);
    let seconds = 0;
    for (; received.length < ids.length && seconds < 40; seconds += 1) {
      other.reportCommit();
      await other.clock.advance(1_000);
    }
    expect(new Set(received)).toEqual(new Set(ids));
    // The bus stayed healthy, so the check came late.
    expect(seconds).toBeGreaterThan(20);
    await listener.cancel();
  });

  it("a worker of one node starts the generation that another node accepts", async () => {
    const open = await openNodes();
    const [one, other] = [await open(), await open()];
    other.safelight.worker.start();
    await other.clock.advance(0);
    await one.as("ann").submit();
    await one.publishesUntil(other.claimed, () => other.clock.advance(0));
    await other.safelight.worker.stop();
  });
});
