import { once } from "node:events";
import { serve } from "@hono/node-server";
import { answering } from "../frame/answering.ts";
import { openHost } from "./open-host.ts";

/** A host without a worker on the database of `DATABASE`: nothing but what is asked goes on. */
const { safelight, store } = openHost(process.env.DATABASE ?? "");
const server = serve({ fetch: safelight.handler, port: 0, hostname: "127.0.0.1" });
await once(server, "listening");

answering({
  port: () => Object(server.address()).port,

  audit: () => safelight.audit(),

  /** How long each of so many claims takes, in milliseconds: of one generation each, as a worker's that is not busy. */
  async claims(count: number): Promise<readonly number[]> {
    const durations: number[] = [];
    for (let each = 0; each < count; each += 1) {
      const token = crypto.randomUUID();
      const began = performance.now();
      const claimed = await store.claim({ models: ["demo"], limit: 1, leaseMs: 3_600_000, token });
      durations.push(performance.now() - began);
      if (claimed.length !== 1) throw new Error("There is nothing to claim.");
    }
    return durations;
  },
});
