import { smokeHost } from "./smoke.ts";

smokeHost("Hono", {
  start: ["node", "hono.ts"],
  startAdmin: ["node", "hono-admin.ts"],
  packages: ["hono", "@hono/node-server", "node"],
});
