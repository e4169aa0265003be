import { spawn, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** The workspace's folder. */
export const root = join(import.meta.dirname, "..");

/** The pinned version of pnpm; also in `package.json`, `.ci/run` and the README. */
export const pnpmVersion = "12.21.0";

/** One program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Result of a command, with its output in the order in which it was printed. */
export interface CommandResult {
  readonly succeeded: boolean;
  readonly output: string;
}

/** Options of a command. */
export interface CommandOptions {
  /** @default the workspace's root */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * A command without output for this time is killed and counts as failed. In milliseconds. The total time has no limit,
   * because a slow machine is not a failure.
   *
   * @default 600_000
   */
  readonly maxSilenceMs?: number;
  /** Receives the output while the command runs. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command as `runCommand` does. @throws {Error} with the command and its output, if it failed */
export async function runOrThrow(command: Command, options: CommandOptions = {}): Promise<void> {
  const { succeeded, output } = await runCommand(command, options);
  if (!succeeded) throw new Error(`${command.join(" ")} failed:\n${output}`);
}

/** Runs a command with the workspace's tools first on its path. The command is killed when this process exits. */
export function runCommand([program, ...args]: Command, options: CommandOptions = {}): Promise<CommandResult> {
  const path = `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
  const { maxSilenceMs = 600_000, onOutput } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
      // A process group, so that the command's descendants can be killed.
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
    child.on("error", ({ message }) => finish(false, `\nCould not start ${program}: ${message}\n`));
    child.on("close", (code) => finish(code === 0, ""));
  });
}

/** Strips colors, which some tools print unconditionally. */
function plain(output: string): string {
  return stripVTControlCharacters(output);
}

/** A pnpm command that works without an installed pnpm. */
export function pnpm(...args: string[]): Command {
  isPnpmOnPath ??= isOnPath("pnpm");
  return isPnpmOnPath ? ["pnpm", ...args] : ["npx", "--yes", `pnpm@${pnpmVersion}`, ...args];
}

/** `null` until the first use: to start pnpm takes a second of CPU time. */
let isPnpmOnPath: boolean | null = null;

function isOnPath(program: string): boolean {
  return spawnSync(program, ["--version"], { shell: process.platform === "win32" }).status === 0;
}

/** Kills the process group of a command. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has already exited.
  }
}
