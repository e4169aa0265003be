import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { handleCommands } from "../frame/handle-commands.ts";
import { memoryOf } from "./memory-of.ts";

/** Safelight's heartbeat interval on an idle stream. */
const heartbeatMs = 15_000;

const app = new Hono()
  .get("/api/generations/active", (context) => context.json({ generations: [] }))
  .get("/api/generations/events", (context) =>
    streamSSE(context, async (stream) => {
      await stream.writeSSE({ data: "{}" });
      while (!stream.aborted) {
        await stream.sleep(heartbeatMs);
        await stream.write(": heartbeat\n\n");
      }
    }),
  );

handleCommands({
  /** Serves idle streams on the given port. */
  async start({ port }: { readonly port: number }): Promise<void> {
    await new Promise<void>((resolve) => {
      serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve());
    });
  },
  memory: memoryOf,
});
