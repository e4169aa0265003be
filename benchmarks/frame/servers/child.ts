import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Asked, readiness, type Told } from "../answering.ts";
import { pinToCore } from "../pin-to-core.ts";

/** A script in a process of its own. */
export interface Child {
  readonly pid: number;
  /**
   * Asks the script a question of its `answering`.
   *
   * @throws what it has thrown, or that it has ended.
   */
  ask<Answer = void>(question: string, argument?: unknown): Promise<Answer>;
  /** Kills it. */
  stop(): Promise<void>;
}

/** How a script is started. */
export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for Node, such as `--expose-gc`. */
  readonly flags?: readonly string[];
  /** The only core it may run on. All where it is absent, and where `canPin` says no. */
  readonly core?: number;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/** Starts a script that calls `answering`, and waits until it does. */
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
  const waiting = new Map<number, Waiting>();
  const ready = new Promise<void>((resolve, reject) => {
    waiting.set(readiness, { resolve: () => resolve(), reject });
  });
  child.on("message", (message) => {
    // Only our own scripts talk here.
    const told = message as Told;
    const asker = waiting.get(told.id);
    waiting.delete(told.id);
    if (told.type === "answer") asker?.resolve(told.value);
    else asker?.reject(new Error(told.reason));
  });
  child.once("exit", (code, signal) => {
    const ended = new Error(`${script.pathname} ended with ${signal ?? code}.`);
    for (const { reject } of waiting.values()) reject(ended);
  });
  await ready;
  let questions = readiness;
  return {
    pid,
    ask: <Answer>(question: string, argument?: unknown) =>
      new Promise<Answer>((resolve, reject) => {
        questions += 1;
        // The caller knows its own script.
        waiting.set(questions, { resolve: (value) => resolve(value as Answer), reject });
        child.send({ id: questions, question, argument } satisfies Asked);
      }),
    async stop() {
      waiting.clear();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
