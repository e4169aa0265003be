import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../scripts/free-port.ts";
import type { Absent } from "../compare.ts";
import { scratchFolder } from "../scratch-folder.ts";
import type { PeerServer } from "./peer-server.ts";

/**
 * Starts Redis with an append-only file that is flushed before each reply, for the same durability as the others.
 *
 * @returns the reason when Redis is not installed.
 */
export async function startRedis(): Promise<PeerServer | Absent> {
  const folder = await scratchFolder();
  const port = await freePort();
  const options = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder.path, "--save", ""];
  const flags = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"];
  const server = spawn("redis-server", [...options, ...flags], { stdio: "ignore" });
  // Without a listener, a missing program ends this process.
  server.once("error", () => {});
  const { pid } = server;
  if (pid === undefined) {
    await folder.remove();
    return { absent: "redis-server is not installed (`apt-get install redis-server`)" };
  }
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    }
    await folder.remove();
  };
  try {
    await untilAnswering(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, pid, stop };
}

async function untilAnswering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await pause(25);
  }
  throw new Error("Redis does not respond.");
}
