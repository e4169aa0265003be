import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../../scripts/free-port.ts";

/** A running `redis-server`. */
export interface Redis {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Whether this machine has `redis-server` (`apt-get install redis-server`). */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** Starts Redis on a free port with its files in a new temporary folder. */
export async function startRedis(): Promise<Redis> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-redis-"));
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
  const server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(server, "close");
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("Ready to accept connections")) break;
  }
  server.stdout.resume();
  return {
    host: "127.0.0.1",
    port,
    stop: async () => {
      server.kill();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
