import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Runs each line of its input, prints the exit code, and unmounts at the end of the input. */
const script = `while read -r line; do eval "$line" >/dev/null 2>&1; echo $?; done; umount -l "$1" 2>/dev/null`;

/** Mounts and unmounts at `folder`, which is `$1` in its commands. The mount does not outlive a killed test. */
export class MountShell {
  readonly #shell: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(folder: string) {
    this.#shell = spawn("sh", ["-c", script, "sh", folder]);
    this.#shell.stderr.resume();
    this.#lines = createInterface({ input: this.#shell.stdout })[Symbol.asyncIterator]();
  }

  async run(command: string): Promise<void> {
    this.#shell.stdin.write(`${command}\n`);
    const { value } = await this.#lines.next();
    if (value !== "0") throw new Error(`${command} failed with ${value}`);
  }

  async end(): Promise<void> {
    const exit = once(this.#shell, "exit");
    this.#shell.stdin.end();
    await exit;
  }
}
