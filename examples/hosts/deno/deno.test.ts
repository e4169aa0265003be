import { smokeHost } from "./smoke.ts";

smokeHost("Deno", ["deno", "run", "--allow-all", "deno.ts"]);
