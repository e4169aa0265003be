import { smokeHost } from "./smoke.ts";

smokeHost("Elysia", { start: ["bun", "elysia.ts"], packages: ["elysia", "bun"] });
