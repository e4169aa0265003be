import { spawn } from "node:child_process";
import { once } from "node:events";

/** Options of a process. */
export interface StartOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Matches the output of a process that accepts requests. The first matching group is its port. */
  readonly ready?: RegExp;
}

/** A server in a child process. Its group is killed when this process exits. */
export interface ServerProcess {
  /** On loopback, without a trailing slash. */
  readonly url: string;
  /** The output so far. */
  output(): string;
  /** Resolves with the exit code; `null` when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** Sends a signal to the process, and resolves like `exit`. */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
  /** Kills the process and its descendants. */
  killGroup(): void;
}

/** An address with a port, or the address that Node's servers and Deno's print as an object. */
const anyAddress = /http:\/\/[^\s/]*:(\d+)\D|port: (\d+)\D/;

/** Starts a server, and resolves when it prints its port. */
export async function startProcess(
  [program, ...args]: readonly [program: string, ...args: string[]],
  { cwd, env, ready = anyAddress }: StartOptions,
): Promise<ServerProcess> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group, since a development server starts further processes.
    detached: true,
  });
  const killGroup = (): void => {
    process.off("exit", killGroup);
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of its processes have exited.
    }
  };
  process.once("exit", killGroup);
  let output = "";
  const exit = once(child, "exit").then((): number | null => {
    killGroup();
    return child.exitCode;
  });
  child.stderr.pipe(process.stderr, { end: false });
  const port = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const found = ready.exec(output)?.slice(1).find(Boolean);
        if (found !== undefined) resolve(found);
      });
    }
    exit.then((code) => reject(new Error(`${program} ${args.join(" ")} exited with ${code}:\n${output}`)), reject);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    exit,
    stop: (signal) => {
      child.kill(signal);
      return exit;
    },
    killGroup,
  };
}
