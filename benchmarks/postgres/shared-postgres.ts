import { Client } from "pg";
import type { Absent } from "../frame/compare.ts";
import { startPostgres } from "../frame/servers/postgres-server.ts";

/** A database of its own on the one Postgres of the run. */
export interface BenchDatabase {
  readonly url: string;
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** The Postgres on which all contenders run. */
export interface SharedPostgres {
  /** Of the server's first process: all others are its descendants. */
  readonly pid: number;
  createDatabase(): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

/** Larger buffers and longer checkpoints than the defaults, as on a server for Postgres alone. Commits wait for the disk. */
const flags = ["shared_buffers=512MB", "max_connections=200", "max_wal_size=4GB", "checkpoint_timeout=30min"];

export async function openSharedPostgres(): Promise<SharedPostgres | Absent> {
  const server = await startPostgres(flags.flatMap((flag) => ["-c", flag]));
  if ("absent" in server) return server;
  const admin = new Client({ connectionString: server.url });
  await admin.connect();
  let count = 0;
  return {
    pid: server.pid,
    async createDatabase() {
      count += 1;
      const name = `bench_${count}`;
      await admin.query(`CREATE DATABASE ${name}`);
      const url = server.url.replace(/[^/]*$/, name);
      const client = new Client({ connectionString: url });
      await client.connect();
      return {
        url,
        query: async (text) => (await client.query(text)).rows,
        async drop() {
          await client.end();
          await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        },
      };
    },
    async stop() {
      await admin.end();
      await server.stop();
    },
  };
}
