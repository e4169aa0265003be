import { spawnSync } from "node:child_process";

/** The host's core and the load generator's core. */
const cores = [0, 1];
let isPossible: boolean | null = null;

/** Whether processes can be pinned: `taskset` is installed, and both cores are available. */
export function canPin(): boolean {
  isPossible ??= cores.every((core) => taskset("--cpu-list", String(core), process.execPath, "--version"));
  return isPossible;
}

/**
 * Pins a process with all of its threads to one core. Does nothing when `canPin` is false.
 *
 * @throws {Error} when this process cannot be pinned, since its figures would not be comparable.
 */
export function pinToCore(pid: number, core: number): void {
  if (!canPin() || taskset("--all-tasks", "--pid", "--cpu-list", String(core), String(pid))) return;
  throw new Error(`Could not pin process ${pid} to core ${core}.`);
}

function taskset(...args: readonly string[]): boolean {
  return spawnSync("taskset", args, { stdio: "ignore" }).status === 0;
}
