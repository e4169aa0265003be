import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** How to run a process. */
export interface ProcessPlan {
  readonly name: string;
  /** Starts the process, with pipes for its output. */
  readonly spawn: () => ChildProcess;
  /** Matches the output of a process that is ready. */
  readonly ready: RegExp;
  /** Matches the output of a first start that is tried again, for some seconds. @default no start */
  readonly retried?: RegExp;
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
/** Max first starts that are tried again: together they take 12 seconds. */
const maxRetriedStarts = 6;
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
  /** Settles `start()`; `null` once it is settled. */
  #firstStart: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;

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
   * @throws {Error} with its output when it ends before that, unless `retried` matches. It is then not restarted.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#firstStart = { resolve, reject };
      this.#run();
    });
  }

  /** Ends the process for good. Resolves after its exit. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null) {
      this.#firstStart?.reject(new Error(`${this.name} was stopped before it was ready.`));
      return;
    }
    const ended = once(child, "exit");
    child.kill(this.#plan.stopSignal);
    const timer = setTimeout(() => child.kill("SIGKILL"), maxStopMs);
    await ended;
    clearTimeout(timer);
  }

  #run(): void {
    const child = this.#plan.spawn();
    this.#child = child;
    this.#output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#receive(text));
    }
    if (child.pid !== undefined) this.#onEvent({ type: "started", name: this.name, pid: child.pid });
    // Such as a program that is missing.
    child.once("error", ({ message }) => this.#end(message));
    child.once("exit", (code, signal) => this.#end(signal ?? `exit code ${code}`));
  }

  #receive(text: string): void {
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
    this.#firstStart?.resolve();
    this.#firstStart = null;
  }

  #end(how: string): void {
    if (this.#child === null) return;
    const { pid = 0 } = this.#child;
    const wasReady = this.#isReady;
    this.#child = null;
    this.#isReady = false;
    if (this.#firstStart !== null && !this.#isRetried()) {
      this.#isStopping = true;
      const reason = this.#output.trim() === "" ? how : this.#output.trim();
      this.#firstStart.reject(new Error(`Could not start ${this.name}. ${reason}`));
    }
    if (this.#isStopping) return;
    this.#onEvent({ type: "ended", name: this.name, pid, how, wasReady, output: wasReady ? "" : this.#output });
    const pause = this.#failures === 0 ? 0 : Math.min(minPauseMs * 2 ** (this.#failures - 1), maxPauseMs);
    this.#failures += 1;
    this.#restart = setTimeout(() => this.#run(), pause);
  }

  /** Whether a first start that has failed is tried again. */
  #isRetried(): boolean {
    const { retried } = this.#plan;
    return !this.#isStopping && this.#failures < maxRetriedStarts && retried?.test(this.#output) === true;
  }
}
