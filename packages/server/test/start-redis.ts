import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll } from "vitest";
import { tempFolder } from "../testing/temp-folder.js";
import { socketFolder } from "./socket-folder.js";

/** Redis on a Unix socket in a temporary folder. */
export interface RedisServer {
  readonly socketPath: string;
  /** Ends the process, and with it all connections. */
  stop(): Promise<void>;
  /** Starts it again, on the same socket. */
  start(): Promise<void>;
}

/** Whether the server is installed. Debian's package is `redis-server`. */
export function hasRedisServer(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

/** Starts Redis, without persistence, for all tests of a file. Call it at the top of the file. */
export function startRedis(): () => Promise<RedisServer> {
  let started: Promise<RedisServer> | null = null;
  const cleanUps: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  });
  return () => {
    started ??= openServer((cleanUp) => cleanUps.push(cleanUp));
    return started;
  };
}

async function openServer(onFinished: (cleanUp: () => Promise<unknown>) => void): Promise<RedisServer> {
  const folder = await tempFolder("redis", onFinished);
  const socketPath = join(await socketFolder(onFinished), "redis.sock");
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const options = ["--port", "0", "--unixsocket", socketPath, "--dir", folder, "--save", "", "--appendonly", "no"];
    server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "ignore"] });
    await becomesReady(server);
  };
  const stop = async (): Promise<void> => {
    const running = server;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await ended;
    await rm(socketPath, { force: true });
  };
  onFinished(stop);
  await start();
  return { socketPath, start, stop };
}

async function becomesReady({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error("The standard output of the server is no pipe.");
  const reader = createInterface({ input: stdout });
  await new Promise<void>((resolve, reject) => {
    reader.on("line", (line) => {
      if (line.toLowerCase().includes("ready to accept connections")) resolve();
    });
    reader.once("close", () => reject(new Error("Redis did not start.")));
  });
}
