import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BenchDatabase } from "../postgres/shared-postgres.ts";
import type { FilledDatabase } from "./filled-database.ts";

const cli = fileURLToPath(new URL("../../packages/server/dist/lib/cli/main.js", import.meta.url));
/** In seconds. No server writes to the file, so its read-only phase may be long. */
const maxReadOnly = 3_600;

/** Moves the rows to a new database with `safelight copy`, which also counts them for the planner. */
export async function copyToPostgres(filled: FilledDatabase, database: BenchDatabase): Promise<FilledDatabase> {
  console.error("  copying to Postgres");
  const began = performance.now();
  const ends = ["--from", `file:${filled.location}`, "--to", database.url, "--max-read-only", String(maxReadOnly)];
  const copy = spawn(process.execPath, [cli, "copy", ...ends], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(copy, "exit");
  if (code !== 0) throw new Error(`\`safelight copy\` exited with ${code}.`);
  const [row] = await database.query("SELECT pg_database_size(current_database())::float8 AS bytes");
  const fillSeconds = filled.fillSeconds + (performance.now() - began) / 1_000;
  return { ...filled, location: database.url, bytes: Number(row?.bytes), fillSeconds };
}
