import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { answering } from "../frame/answering.ts";
import { memoryOf } from "./memory-of.ts";

/** As often as Safelight says something on a stream on which nothing happens. */
const beatMs = 15_000;

const app = new Hono()
  .get("/api/generations/active", (context) => context.json({ generations: [] }))
  .get("/api/generations/events", (context) =>
    streamSSE(context, async (stream) => {
      await stream.writeSSE({ event: "hello", data: "{}" });
      while (!stream.aborted) {
        await stream.sleep(beatMs);
        await stream.write(": beat\n\n");
      }
    }),
  );

answering({
  /** Serves streams that say nothing, on the port that it is given. */
  async start({ port }: { readonly port: number }): Promise<void> {
    await new Promise<void>((resolve) => {
      serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve());
    });
  },
  memory: memoryOf,
});
