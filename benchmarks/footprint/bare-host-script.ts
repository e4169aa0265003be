import { serve } from "@hono/node-server";
import { Hono } from "hono";

/** Node and Hono with one route, on the port of the first argument: the baseline of a host. */
const app = new Hono().get("/api/generations/active", (context) => context.json({ generations: [] }));
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" });
