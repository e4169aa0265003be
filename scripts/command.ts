import { spawn, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** The folder that holds the workspace. */
export const root = join(import.meta.dirname, "..");

/** The pnpm that the workspace is pinned to; also in `package.json`, `.ci/run` and the README. */
export const pnpmVersion = "12.21.0";

/** One program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** How a command ended, and everything it printed, in the order in which it was printed. */
export interface CommandResult {
  readonly succeeded: boolean;
  readonly output: string;
}

/** Where and how a command runs. */
export interface CommandOptions {
  /** @default the workspace's root */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * A command without output for this time hangs: it is ended and counts as failed. In milliseconds. No limit on the
   * whole time, because a slow machine is no failure.
   *
   * @default 600_000
   */
  readonly maxSilenceMs?: number;
  /** Receives the output while the command runs. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command with the workspace's tools first on its path. It ends with this process. */
export function runCommand([program, ...args]: Command, options: CommandOptions = {}): Promise<CommandResult> {
  const path = `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
  const { maxSilenceMs = 600_000, onOutput } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
      // A group of its own, so that everything that the command has started can be ended.
      detached: process.platform !== "win32",
    });
    const end = (): void => endGroup(child.pid);
    process.prependOnceListener("exit", end);
    let output = "";
    const silence = setTimeout(() => {
      output += `\nEnded: no output for ${maxSilenceMs / 1_000} s.\n`;
      end();
    }, maxSilenceMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        silence.refresh();
        output += text;
        onOutput?.(plain(text));
      });
    }
    const finish = (succeeded: boolean, note: string): void => {
      clearTimeout(silence);
      process.off("exit", end);
      resolve({ succeeded, output: `${plain(output)}${note}` });
    };
    child.on("error", ({ message }) => finish(false, `\n${program} could not be started: ${message}\n`));
    child.on("close", (code) => finish(code === 0, ""));
  });
}

/** Without colors: some tools insist on them. */
function plain(output: string): string {
  return stripVTControlCharacters(output);
}

/** A pnpm command, also where pnpm itself is not installed. */
export function pnpm(...args: string[]): Command {
  return isOnPath("pnpm") ? ["pnpm", ...args] : ["npx", "--yes", `pnpm@${pnpmVersion}`, ...args];
}

function isOnPath(program: string): boolean {
  return spawnSync(program, ["--version"], { shell: process.platform === "win32" }).status === 0;
}

/** Ends a process that was started with a group of its own, and what it has started. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}
