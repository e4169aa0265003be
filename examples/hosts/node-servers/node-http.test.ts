import { smokeHost } from "./smoke.ts";

smokeHost("node:http", ["node", "node-http.ts"]);
