import { smokeHost } from "./smoke.ts";

smokeHost("node:http", {
  start: ["node", "node-http.ts"],
  startAdmin: ["node", "node-http-admin.ts"],
  packages: ["node"],
});
