import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { SupervisedProcess } from "../supervised-process.ts";

/** A kill, and the time until the process, or Postgres, was ready again. */
export interface Kill {
  readonly name: string;
  readonly seconds: number;
}

/** Load between two kills, in milliseconds. */
const loadMs = 1_500;
const pollMs = 20;

/** Kills each process in turn with SIGKILL, and a connection's process of Postgres after them, in some rounds. */
export async function killTurns(options: {
  readonly processes: readonly SupervisedProcess[];
  readonly databaseUrl: string;
  readonly rounds: number;
}): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  const measure = async (name: string, kill: () => Promise<void>): Promise<void> => {
    await pause(loadMs);
    const startedAt = performance.now();
    await kill();
    kills.push({ name, seconds: (performance.now() - startedAt) / 1_000 });
  };
  for (let round = 0; round < options.rounds; round += 1) {
    for (const supervised of options.processes) await measure(supervised.name, () => killProcess(supervised));
    await measure("a backend", () => killBackend(options.databaseUrl));
  }
  await pause(loadMs);
  return kills;
}

/** Resolves when another process is ready in its place. */
async function killProcess(supervised: SupervisedProcess): Promise<void> {
  const killed = supervised.pid;
  if (killed === null) throw new Error(`${supervised.name} does not run.`);
  process.kill(killed, "SIGKILL");
  while (supervised.pid === killed || supervised.readyOutput === null) await pause(pollMs);
}

/** Kills the process of a busy connection: Postgres then ends all connections and repairs its memory. */
async function killBackend(databaseUrl: string): Promise<void> {
  const database = new pg.Client({ connectionString: databaseUrl });
  database.on("error", () => {});
  const ended = new Promise((resolve) => database.once("end", resolve));
  await database.connect();
  const { rows } = await database.query(`
    SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
    ORDER BY state = 'active' DESC, state_change DESC LIMIT 1`);
  process.kill(Number(rows[0]?.pid), "SIGKILL");
  await ended;
  while (!(await accepts(databaseUrl))) await pause(pollMs);
}

async function accepts(connectionString: string): Promise<boolean> {
  const database = new pg.Client({ connectionString });
  database.on("error", () => {});
  try {
    await database.connect();
    await database.end();
    return true;
  } catch {
    return false;
  }
}
