import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Pool } from "pg";
import { afterAll } from "vitest";
import { socketFolder } from "./socket-folder.js";
import { openPool, type PostgresServer } from "./start-postgres.js";
import { asUser, giveToUser } from "./unprivileged-user.js";

/** Whether the pooler is installed. Debian's package is `pgbouncer`. */
export function hasPgbouncer(): boolean {
  return spawnSync("pgbouncer", ["--version"]).status === 0;
}

/**
 * Starts PgBouncer in transaction mode with two connections to a server, for all tests of a file. Call it at the top of
 * the file.
 *
 * @param options.maxPreparedStatements of a connection to the server; 0 if the pooler does not support their names.
 * @returns opens a pool of eight connections to it, which is closed after the tests.
 */
export function startPgbouncer(
  server: () => Promise<PostgresServer>,
  options: { readonly maxPreparedStatements: number },
): () => Promise<Pool> {
  let started: Promise<string> | null = null;
  const cleanUps: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  });
  const onFinished = (cleanUp: () => Promise<unknown>): void => void cleanUps.push(cleanUp);
  return async () => {
    started ??= server().then((postgres) => start(postgres, { ...options, onFinished }));
    return openPool({ host: await started, max: 8 }, onFinished);
  };
}

/** @returns the folder of its Unix socket. */
async function start(
  postgres: PostgresServer,
  {
    maxPreparedStatements,
    onFinished,
  }: {
    readonly maxPreparedStatements: number;
    readonly onFinished: (cleanUp: () => Promise<unknown>) => void;
  },
): Promise<string> {
  const folder = await socketFolder(onFinished);
  await giveToUser(folder);
  const settings = join(folder, "pgbouncer.ini");
  const lines = [
    "[databases]",
    `postgres = host=${postgres.socketFolder} user=postgres`,
    "[pgbouncer]",
    // The number of the socket, which the driver expects.
    "listen_port = 5432",
    "listen_addr =",
    `unix_socket_dir = ${folder}`,
    "auth_type = any",
    "pool_mode = transaction",
    "default_pool_size = 2",
    `max_prepared_statements = ${maxPreparedStatements}`,
  ];
  await writeFile(settings, `${lines.join("\n")}\n`);
  const pooler = spawn("pgbouncer", [settings], { ...asUser, stdio: ["ignore", "ignore", "pipe"] });
  onFinished(() => stop(pooler));
  await becomesReady(pooler);
  return folder;
}

async function becomesReady({ stderr }: ChildProcess): Promise<void> {
  if (stderr === null) throw new Error("The standard error of the pooler is no pipe.");
  const lines: string[] = [];
  const reader = createInterface({ input: stderr });
  await new Promise<void>((resolve, reject) => {
    reader.on("line", (line) => {
      lines.push(line);
      if (line.includes("process up")) resolve();
    });
    reader.once("close", () => reject(new Error(`PgBouncer did not start: ${lines.join("\n")}`)));
  });
}

async function stop(pooler: ChildProcess): Promise<void> {
  if (pooler.exitCode !== null) return;
  const ended = new Promise((resolve) => pooler.once("exit", resolve));
  pooler.kill("SIGKILL");
  await ended;
}
