import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { admin } from "./safelight.ts";

const app = new Hono().route("/admin/safelight", admin.app);

serve({ fetch: app.fetch, port: 0 }, ({ port }) => console.log(`http://localhost:${port}`));
