import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { getHeapSpaceStatistics } from "node:v8";
import { type ServerType, serve } from "@hono/node-server";
import { createSafelight, defineModel, type Provider } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { epochNow } from "../frame/epoch-now.ts";
import { handleCommands } from "../frame/handle-commands.ts";
import { tinyImage } from "../frame/tiny-image.ts";
import type { ServerResources } from "./server-process.ts";

const collect = globalThis.gc;
if (collect === undefined) throw new Error("Run this script with --expose-gc.");

const vendor: Provider<{ readonly jobMs: number }> = {
  id: "vendor",
  capabilities: { cancel: false, progress: false, previews: false, resumable: false, webhook: false },
  async submit({ input }) {
    await pause(input.jobMs);
    return { type: "done", outputs: [{ bytes: tinyImage, contentType: "image/png" }] };
  },
};
/** Epoch milliseconds right before the commit of each end, whose duration is part of the delay. */
const settledAt = new Map<string, number>();
let server: ServerType | null = null;

handleCommands({
  /** Serves and works on a database file. Returns the port. */
  async start(url: string): Promise<number> {
    const store = libsqlStore({ url });
    const safelight = createSafelight({
      store: {
        ...store,
        settle(command) {
          settledAt.set(command.id, epochNow());
          return store.settle(command);
        },
      },
      storage: memoryStorage(),
      identify: ({ headers }) => headers.get("authorization"),
      models: {
        demo: defineModel({
          provider: vendor,
          input: z.object({ prompt: z.string(), jobMs: z.number() }),
          credits: 4,
        }),
      },
      credits: { initialGrant: 1_000_000 },
      limits: { rate: false, maxActive: 1_000_000, maxInputBytes: 65_536 },
      worker: { concurrency: 64 },
      secret: "a secret that is long enough for measurements",
    });
    await safelight.migrate();
    safelight.worker.start();
    server = serve({ fetch: safelight.handler, port: 0, hostname: "127.0.0.1" });
    await once(server, "listening");
    // A server on a port, not on a path.
    return (server.address() as AddressInfo).port;
  },
  settledAt: () => settledAt,
  measure(): Promise<ServerResources> {
    collect();
    collect();
    return sample();
  },
  sample,
});

function sample(): Promise<ServerResources> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const spaces = getHeapSpaceStatistics();
  const young = spaces.find(({ space_name }) => space_name === "new_space")?.physical_space_size ?? 0;
  return new Promise((resolve, reject) => {
    if (server === null) throw new Error("The server has not started.");
    server.getConnections((error, connections) =>
      error === null ? resolve({ rss, young, heapUsed, external, connections }) : reject(error),
    );
  });
}
