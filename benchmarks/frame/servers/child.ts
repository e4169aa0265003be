import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Command, type CommandResult, readyId } from "../handle-commands.ts";
import { pinToCore } from "../pin-to-core.ts";

/** A script in a child process. */
export interface Child {
  readonly pid: number;
  /**
   * Runs a command of the script.
   *
   * @throws the script's error, or an error when the script has exited.
   */
  run<Value = void>(name: string, argument?: unknown): Promise<Value>;
  /** Kills the script. */
  stop(): Promise<void>;
}

/** Options of a script. */
export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for Node, such as `--expose-gc`. */
  readonly flags?: readonly string[];
  /** Pins the script to a core, if `canPin` allows it. @default all cores */
  readonly core?: number;
}

interface PendingCommand {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/** Starts a script that calls `handleCommands`, and waits until it is ready. */
export async function startChild(script: URL, { core, env = {}, flags = [] }: ChildOptions = {}): Promise<Child> {
  const child = fork(fileURLToPath(script), [], {
    execArgv: ["--disable-warning=ExperimentalWarning", ...flags],
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script.pathname} did not start.`);
  try {
    if (core !== undefined) pinToCore(pid, core);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  const pending = new Map<number, PendingCommand>();
  const ready = new Promise<void>((resolve, reject) => {
    pending.set(readyId, { resolve: () => resolve(), reject });
  });
  child.on("message", (message) => {
    // Only our own scripts send messages.
    const result = message as CommandResult;
    const command = pending.get(result.id);
    pending.delete(result.id);
    if (result.type === "value") command?.resolve(result.value);
    else command?.reject(new Error(result.reason));
  });
  child.once("exit", (code, signal) => {
    const exited = new Error(`${script.pathname} exited with ${signal ?? code}.`);
    for (const { reject } of pending.values()) reject(exited);
  });
  await ready;
  let lastId = readyId;
  return {
    pid,
    run: <Value>(name: string, argument?: unknown) =>
      new Promise<Value>((resolve, reject) => {
        lastId += 1;
        // The caller knows the result type of the script's command.
        pending.set(lastId, { resolve: (value) => resolve(value as Value), reject });
        child.send({ id: lastId, name, argument } satisfies Command);
      }),
    async stop() {
      pending.clear();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
