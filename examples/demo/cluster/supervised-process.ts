import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** How to run a process. */
export interface ProcessPlan {
  readonly name: string;
  /** Starts the process, with pipes for its output. */
  readonly spawn: () => ChildProcess;
  /** Matches the output of a process that is ready. */
  readonly ready: RegExp;
  /** Ends the process in an orderly way. */
  readonly stopSignal: NodeJS.Signals;
}

/** A change of a supervised process. */
export type ProcessEvent =
  /** It runs, and is not ready yet. */
  | { readonly type: "started"; readonly name: string; readonly pid: number }
  | { readonly type: "ready"; readonly name: string; readonly pid: number }
  /** The process ended, and is restarted. `how` is a signal or an exit code, `output` its last output. */
  | {
      readonly type: "ended";
      readonly name: string;
      readonly pid: number;
      readonly how: string;
      readonly wasReady: boolean;
      readonly output: string;
    }
  | { readonly type: "output"; readonly name: string; readonly text: string };

/** A process that does not end within this time after its signal is killed, in milliseconds. A worker drains for 20 s. */
const maxStopMs = 30_000;
/** Pause before a restart, in milliseconds. It doubles with each start that fails. The first restart is immediate. */
const minPauseMs = 250;
const maxPauseMs = 4_000;
/** Max characters of output that are kept. */
const maxOutput = 4_000;

/** A process that is restarted whenever it ends, until it is stopped. */
export class SupervisedProcess {
  readonly #plan: ProcessPlan;
  readonly #onEvent: (event: ProcessEvent) => void;
  #child: ChildProcess | null = null;
  #output = "";
  #isReady = false;
  #isStopping = false;
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(plan: ProcessPlan, onEvent: (event: ProcessEvent) => void) {
    this.#plan = plan;
    this.#onEvent = onEvent;
  }

  get name(): string {
    return this.#plan.name;
  }

  /** Id of the process; `null` while none runs. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Output of the process up to its readiness; `null` while it is not ready. */
  get readyOutput(): string | null {
    return this.#isReady ? this.#output : null;
  }

  /**
   * Starts the process and waits until it is ready.
   *
   * @throws {Error} with its output when it ends before that. It is then not restarted.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#run(resolve, (message) => {
        this.#isStopping = true;
        reject(new Error(`Could not start ${this.name}. ${message.trim()}`));
      });
    });
  }

  /** Ends the process for good. Resolves after its exit. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null) return;
    const ended = once(child, "exit");
    child.kill(this.#plan.stopSignal);
    const timer = setTimeout(() => child.kill("SIGKILL"), maxStopMs);
    await ended;
    clearTimeout(timer);
  }

  #run(onReady: () => void, onFailure: (message: string) => void): void {
    const child = this.#plan.spawn();
    this.#child = child;
    this.#output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#receive(text, onReady));
    }
    if (child.pid !== undefined) this.#onEvent({ type: "started", name: this.name, pid: child.pid });
    // Such as a program that is missing.
    child.once("error", ({ message }) => this.#end(message, onFailure));
    child.once("exit", (code, signal) => this.#end(signal ?? `exit code ${code}`, onFailure));
  }

  #receive(text: string, onReady: () => void): void {
    const { name, ready } = this.#plan;
    if (this.#isReady) {
      this.#onEvent({ type: "output", name, text });
      return;
    }
    this.#output = `${this.#output}${text}`.slice(-maxOutput);
    if (!ready.test(this.#output) || this.pid === null) return;
    this.#isReady = true;
    this.#failures = 0;
    this.#onEvent({ type: "ready", name, pid: this.pid });
    onReady();
  }

  #end(how: string, onFailure: (message: string) => void): void {
    if (this.#child === null) return;
    const { pid = 0 } = this.#child;
    const wasReady = this.#isReady;
    this.#child = null;
    this.#isReady = false;
    if (!this.#isStopping) {
      const output = wasReady ? "" : this.#output;
      this.#onEvent({ type: "ended", name: this.name, pid, how, wasReady, output });
    }
    if (!wasReady) onFailure(this.#output === "" ? how : this.#output);
    if (this.#isStopping) return;
    const pause = this.#failures === 0 ? 0 : Math.min(minPauseMs * 2 ** (this.#failures - 1), maxPauseMs);
    this.#failures += 1;
    this.#restart = setTimeout(() => {
      this.#run(
        () => {},
        () => {},
      );
    }, pause);
  }
}
