import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { canPin } from "../frame/pin-to-core.ts";

/** Starts Node pinned to the first core, if processes can be pinned; otherwise on all cores. */
export function spawnPinnedNode(args: readonly string[], options: SpawnOptions): ChildProcess {
  const env = { ...process.env, NODE_ENV: "production" };
  if (!canPin()) return spawn(process.execPath, args, { ...options, env });
  return spawn("taskset", ["--cpu-list", "0", process.execPath, ...args], { ...options, env });
}
