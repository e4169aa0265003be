import { drawsASketch } from "./sketch.ts";
import { smokeHost } from "./smoke.ts";

smokeHost("Bun", { start: ["bun", "bun.ts"], startAdmin: ["bun", "bun-admin.ts"], packages: ["bun"] });
drawsASketch(["bun", "bun.ts"]);
