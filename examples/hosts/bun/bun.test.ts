import { smokeHost } from "./smoke.ts";

smokeHost("Bun", ["bun", "bun.ts"]);
