import { once } from "node:events";
import type { Server } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "@hono/node-server";
import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { epochNow } from "../frame/epoch-now.ts";
import { handleCommands } from "../frame/handle-commands.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { tinyImage } from "../frame/tiny-image.ts";
import { type Counts, countsOf } from "./counted-server.ts";

/** Number of generations that are stored at once. */
const concurrency = 64;
/** Longer than the slowest poll interval, so that pollers reuse their connections. Node's default is 5 s. */
const keepAliveMs = 65_000;

/** Time of the provider's result, by browser. */
const resultAt = new Map<string, number>();
const input = z.object({ browser: z.string(), jobMs: z.number() });

/** A vendor with a queue: it accepts a job at once and reports nothing until the job is done. */
const vendor = custom<z.infer<typeof input>>({
  id: "vendor",
  start: async ({ input: { browser, jobMs } }) => ({
    type: "accepted",
    operation: { browser, doneAt: epochNow() + jobMs },
  }),
  poll: async (operation) => {
    // `start` returns it.
    const { browser, doneAt } = operation as { readonly browser: string; readonly doneAt: number };
    const now = epochNow();
    if (now < doneAt) return { type: "running", progress: null, pollAfterMs: doneAt - now };
    resultAt.set(browser, now);
    return { type: "done", outputs: [{ bytes: tinyImage, contentType: "image/png" }] };
  },
});

let settled = 0;
let safelight: ReturnType<typeof createHost> | null = null;
let counts = (): Counts => ({ submits: 0, watching: 0, bytes: 0 });

function createHost(folder: string) {
  const store = libsqlStore({ url: pathToFileURL(join(folder, "bench.db")).href });
  return createSafelight({
    store: {
      ...store,
      async settle(command) {
        const verdict = await store.settle(command);
        settled += 1;
        return verdict;
      },
    },
    storage: memoryStorage(),
    identify: ({ headers }) => headers.get("authorization"),
    models: { demo: defineModel({ provider: vendor, input, credits: 4 }) },
    credits: { initialGrant: 1_000 },
    worker: { concurrency },
    secret: "a secret that is long enough for measurements",
  });
}

handleCommands({
  /** Returns the port. */
  async start({ folder }: { readonly folder: string }): Promise<number> {
    hideSharp();
    safelight = createHost(folder);
    await safelight.migrate();
    safelight.worker.start();
    // Without TLS and HTTP/2, `serve` returns Node's HTTP server.
    const server = serve({ fetch: safelight.handler, port: 0, hostname: "127.0.0.1" }) as Server;
    server.keepAliveTimeout = keepAliveMs;
    counts = countsOf(server);
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
    return address.port;
  },
  counts: () => counts(),
  resultAt: () => resultAt,
  /** Number of ended generations. */
  settled: () => settled,
  /** Number of browsers whose only generation has completed. */
  async completed(browsers: readonly string[]): Promise<number> {
    let count = 0;
    for (const ownerId of browsers) {
      const { generations } = (await safelight?.api.list({ ownerId })) ?? { generations: [] };
      if (generations.length === 1 && generations[0]?.status === "completed") count += 1;
    }
    return count;
  },
});
