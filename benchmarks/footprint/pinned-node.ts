import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { canPin } from "../frame/pin-to-core.ts";

/** Starts Node on the first core from its first moment on, where processes can be pinned; on all of them elsewhere. */
export function spawnPinnedNode(args: readonly string[], options: SpawnOptions): ChildProcess {
  const env = { ...process.env, NODE_ENV: "production" };
  if (!canPin()) return spawn(process.execPath, args, { ...options, env });
  return spawn("taskset", ["--cpu-list", "0", process.execPath, ...args], { ...options, env });
}
