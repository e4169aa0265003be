import { once } from "node:events";
import { serve } from "@hono/node-server";
import { createAdmin } from "@safelight/server/admin";
import { Hono } from "hono";
import { handleCommands } from "../frame/handle-commands.ts";
import { openHost } from "./open-host.ts";
import { operatorMount } from "./operator-pages.ts";

/** A host without a worker on the database of `DATABASE`, so that it only handles requests. */
const { safelight, store } = openHost(process.env.DATABASE ?? "");
const admin = createAdmin(safelight, {
  basePath: operatorMount,
  authorize: () => ({ actor: "benchmark", may: "read" }),
});
const app = new Hono()
  .all(`${operatorMount}/*`, (c) => admin.handler(c.req.raw))
  .all("*", (c) => safelight.handler(c.req.raw));
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
await once(server, "listening");

handleCommands({
  port: () => Object(server.address()).port,

  audit: () => safelight.audit(),

  /** Durations of `count` claims in milliseconds, of one generation each, like those of an idle worker. */
  async claims(count: number): Promise<readonly number[]> {
    const durations: number[] = [];
    for (let each = 0; each < count; each += 1) {
      const token = crypto.randomUUID();
      const began = performance.now();
      const claimed = await store.claim({ models: ["demo"], limit: 1, leaseMs: 3_600_000, token });
      durations.push(performance.now() - began);
      if (claimed.length !== 1 || claimed[0]?.attempt !== null) throw new Error("No submitted generation is due.");
    }
    return durations;
  },
});
