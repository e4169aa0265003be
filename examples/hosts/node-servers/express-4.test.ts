import { smokeHost } from "./smoke.ts";

smokeHost("Express 4, behind the compression middleware", {
  start: ["node", "express-4.ts"],
  packages: ["express-4", "node"],
});
