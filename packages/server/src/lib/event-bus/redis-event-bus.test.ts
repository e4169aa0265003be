import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, it, onTestFinished } from "vitest";
import { becomes, runNetworkedBusContract } from "../../../test/networked-bus-contract.js";
import { hasRedisServer, startRedis } from "../../../test/start-redis.js";
import { runEventBusContract } from "../../../testing/event-bus-contract/event-bus-contract.js";
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
