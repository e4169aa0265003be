import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";

/** Node and Hono with one route, and the schema of the README's host. */
const input = z.object({ prompt: z.string().min(1).max(2000) });
const app = new Hono()
  .post("/api/generations", async (context) => context.json(input.parse(await context.req.json())))
  .get("/api/generations/active", (context) => context.json({ generations: [] }));
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" });
