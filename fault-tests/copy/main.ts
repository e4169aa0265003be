import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { libsqlStore } from "../../packages/server/src/libsql.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import { startPostgresServer } from "../ground/postgres-server.js";
import { parseOptions, toWhole } from "../parse-options.js";
import { scratchFolder } from "../scratch-folder.js";
import { fillFile } from "./fill-file.js";

const usage = `npx -y pnpm@12.21.0 prove:copy [--generations 100000]

Moves a file to Postgres while a host submits to it, and back to another file. Prints the figures of both moves.
`;

const flags = ["--conditions=@safelight/source", "--import", pathOf("../../packages/server/test/source-imports.ts")];

/** Runs the command line in its own process, and prints its progress. */
async function copy(from: string, to: string) {
  const script = pathOf("../../packages/server/src/lib/cli/main.ts");
  const start = performance.now();
  const args = ["copy", "--from", from, "--to", to, "--max-read-only", "3600", "--json"];
  const child = spawn(process.execPath, [...flags, script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`The command ended with ${code}: ${output}`);
  const { moved, rows } = JSON.parse(output);
  const total = Object.values<number>(rows).reduce((sum, count) => sum + count, 0);
  return { rows: total, seconds: (performance.now() - start) / 1_000, readOnlySeconds: moved.readOnlyMs / 1_000 };
}

/** Submits until the file refuses writes. Returns the accepted ids. */
async function submitUntilFrozen(path: string): Promise<readonly string[]> {
  const store = libsqlStore({ url: `file:${path}` });
  const scenario = new Scenario(store);
  const ids: string[] = [];
  try {
    for (;;) {
      const id = `gen_019b0000-0000-7000-8000-${String(ids.length).padStart(12, "0")}`;
      await scenario.accepted({
        id,
        ownerId: `host-${ids.length % 100}`,
        limits: { maxActive: 1e6, rate: null, refunds: null },
      });
      ids.push(id);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } catch (error) {
    if (!(error instanceof Error && "isFrozen" in error && error.isFrozen)) throw error;
    return ids;
  } finally {
    await store.close();
  }
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function measure(generations: number): Promise<void> {
  const folder = await scratchFolder();
  const postgres = await startPostgresServer();
  try {
    const [file, back] = [join(folder, "app.db"), join(folder, "back.db")];
    await fillFile(file, generations);
    const bytes = (await stat(file)).size;
    const submitting = submitUntilFrozen(file);
    const there = await copy(`file:${file}`, postgres.url);
    const accepted = (await submitting).length;
    console.log(JSON.stringify({ generations, megabytes: Math.round(bytes / 1e6), accepted, ...there }));
    console.log(JSON.stringify(await copy(postgres.url, `file:${back}`)));
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const options = parseOptions(process.argv.slice(2), {
  generations: { type: "string", default: "100000" },
  help: { type: "boolean" },
});
const generations = typeof options === "string" ? null : toWhole(options.generations, 1);
if (typeof options === "string" || generations === null) {
  console.error(typeof options === "string" ? options : "--generations must be a whole number of at least 1.");
  process.exitCode = 2;
} else if (options.help === true) console.log(usage);
else await measure(generations);
