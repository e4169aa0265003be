import { join } from "node:path";
import { drawsASketch } from "./sketch.ts";
import { smokeHost } from "./smoke.ts";

// Starts the program itself, because the command of the package is a Node process that does not forward signals.
const deno = join(import.meta.dirname, "node_modules", "deno", "deno");
const command = [deno, "run", "--allow-all", "deno.ts"];

smokeHost("Deno", { start: command, packages: ["deno"] });
drawsASketch(command);
