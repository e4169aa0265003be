import { spawnSync } from "node:child_process";

/** The host's, and the load generator's. */
const cores = [0, 1];
let answer: boolean | null = null;

/** Whether processes can have a core to themselves here: where there is `taskset`, and two cores that we may use. */
export function canPin(): boolean {
  answer ??= cores.every((core) => taskset("--cpu-list", String(core), process.execPath, "--version"));
  return answer;
}

/**
 * Has a process, with all of its threads, run on one core alone. Does nothing where nobody can.
 *
 * @throws {Error} when it cannot be put there, though others could: what is measured then would be something else.
 */
export function pinToCore(pid: number, core: number): void {
  if (!canPin() || taskset("--all-tasks", "--pid", "--cpu-list", String(core), String(pid))) return;
  throw new Error(`Process ${pid} could not be put on core ${core}.`);
}

function taskset(...args: readonly string[]): boolean {
  return spawnSync("taskset", args, { stdio: "ignore" }).status === 0;
}
