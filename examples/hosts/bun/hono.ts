import { Hono } from "hono";
import { safelight } from "./safelight.ts";

const app = new Hono().route("/api/generations", safelight.app);

const server = Bun.serve({ port: 0, fetch: app.fetch });
console.log(server.url.href);
