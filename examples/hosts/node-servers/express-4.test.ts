import { smokeHost } from "./smoke.ts";

smokeHost("Express 4, behind the compression middleware", ["node", "express-4.ts"]);
