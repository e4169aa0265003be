import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { becomes, runNetworkedBusContract } from "../../../test/networked-bus-contract.js";
import { hasRedisServer, startRedis } from "../../../test/start-redis.js";
import { runEventBusContract } from "../../../testing/event-bus-contract/event-bus-contract.js";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { type IoredisSubscriber, redisEventBus } from "./redis-event-bus.js";

const server = startRedis();

/** Opens a client of each library, which is closed after the test. */
const clients = {
  async ioredis() {
    const client = new Redis((await server()).socketPath, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    return client;
  },
  async "node-redis"() {
    const { socketPath } = await server();
    const client = createClient({ socket: { path: socketPath, tls: false, reconnectStrategy: 20 } });
    client.on("error", () => {});
    await client.connect();
    onTestFinished(() => client.destroy());
    return client;
  },
};

it("refuses a client of another shape", () => {
  const publisher = { publish: async () => 0 };
  // The cast is part of the test: a host without types.
  const open = () => redisEventBus({ publisher, subscriber: {} as unknown as IoredisSubscriber });
  expect(open).toThrow("Unknown Redis client");
});

describe.skipIf(!hasRedisServer())("with redis-server, Debian's package of that name", () => {
  it("logs why Redis refused the subscription", async () => {
    const publisher = await clients.ioredis();
    await publisher.call("ACL", "SETUSER", "muted", "on", "nopass", "resetchannels", "+@all");
    const { socketPath } = await server();
    const subscriber = new Redis(socketPath, { username: "muted", password: "any" });
    onTestFinished(() => subscriber.disconnect());
    const clock = fakeClock();
    const lines: unknown[] = [];
    const logger = { info: () => {}, warn: (...line: unknown[]) => lines.push(line) };
    const subscribed = vi.spyOn(subscriber, "subscribe");
    const bus = redisEventBus({ publisher, subscriber, clock, logger });
    onTestFinished(() => bus.close());
    bus.hint(["ann"]);
    // Before the clock of the test passes the heartbeats, whose absence would be the reason.
    await expect(subscribed.mock.results[0]?.value).rejects.toThrow("NOPERM");
    const step = async (): Promise<number> => {
      await clock.advance(500);
      return lines.length;
    };
    await expect.poll(step).toBe(1);
    expect(lines[0]).toEqual([
      "Event bus could not connect; watchers query the database every second.",
      { event: "event_bus.failed", error: expect.stringContaining("NOPERM") },
    ]);
  });

  it.each(["ioredis", "node-redis"] as const)("replaces a connection of %s that has become silent", async (library) => {
    const { socketPath } = await server();
    let silent = 0;
    let connections = 0;
    const proxy = createServer((near) => {
      connections += 1;
      const number = connections;
      const far = connect(socketPath);
      for (const socket of [near, far]) socket.on("error", () => {});
      near.on("data", (bytes) => void (number <= silent || far.write(bytes)));
      far.on("data", (bytes) => void (number <= silent || near.write(bytes)));
      near.on("close", () => far.destroy());
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    onTestFinished(() => void proxy.close());
    // The cast is safe: a server that listens on a port has an address with one.
    const { port } = proxy.address() as AddressInfo;
    const openSubscriber = async () => {
      if (library === "ioredis") {
        const client = new Redis(port, { disconnectTimeout: 20, retryStrategy: () => 20 });
        client.on("error", () => {});
        onTestFinished(() => client.disconnect());
        return client;
      }
      const client = createClient({ socket: { host: "127.0.0.1", port, tls: false, reconnectStrategy: 20 } });
      client.on("error", () => {});
      await client.connect();
      onTestFinished(() => client.destroy());
      return client;
    };
    const [publisher, subscriber] = [await clients.ioredis(), await openSubscriber()];
    const clock = fakeClock();
    const bus = redisEventBus({ publisher, subscriber, clock, logger: { info: () => {}, warn: () => {} } });
    onTestFinished(() => bus.close());
    let isHealthy = false;
    bus.onHealth((value) => {
      isHealthy = value;
    });
    const step = async (): Promise<boolean> => {
      await clock.advance(1_000);
      return isHealthy;
    };
    await expect.poll(step).toBe(true);
    silent = connections;
    const isReplaced = async () => (await step()) && connections > silent;
    await expect.poll(isReplaced).toBe(true);
  });

  for (const [library, openClient] of Object.entries(clients)) {
    runEventBusContract(`redisEventBus on ${library}`, async () => ({
      async open(channel) {
        const bus = redisEventBus({ publisher: await openClient(), subscriber: await openClient(), channel });
        await becomes(bus, true);
        return bus;
      },
    }));

    runNetworkedBusContract(`redisEventBus on ${library}`, async () => {
      const { start, stop } = await server();
      return {
        open: async (options) =>
          redisEventBus({ ...options, publisher: await openClient(), subscriber: await openClient() }),
        cut: stop,
        restore: start,
      };
    });
  }
});
