import { outageDelayMs } from "../context/backoff.js";
import { type DueTime, dueIn, dueNow, leftUntil } from "../context/due-time.js";
import { sleep } from "../context/sleep.js";
import type { WorkerContext } from "../context/worker-context.js";
import { topicsOf } from "../outbox/drain-outbox.js";
import { logClockJumps } from "./log-clock-jumps.js";
import { WakeableSleep } from "./wakeable-sleep.js";
import type { WorkScheduler } from "./work-scheduler.js";

/** The parts of a worker's context that the loop needs. */
type LoopContext = Pick<
  WorkerContext,
  "announcer" | "clock" | "dispatcher" | "hostCredits" | "limits" | "logger" | "outage" | "random" | "store"
>;

/** Max sleep while a generation is active, or may be and no slot is free. It bounds the effect of a wrong clock. */
const maxSleepMs = 5_000;
/** Max sleep of a worker that subscribes: it bounds the effect of a lost wake. */
const maxIdleMs = 60_000;
/** Min sleep after a cycle that claimed nothing although something is due: another worker was faster. */
const minSleepMs = 10;
/** Retry interval for skipped generations while no slot is released. */
const skippedRetryMs = 250;
/** Interval between two outbox drains while no slot is free. */
const outboxIntervalMs = 5_000;

/**
 * Runs claim cycles whenever something is due, and sleeps in between. Request mode polls: a subscription would run its
 * callback inside another request.
 */
export class WorkerLoop {
  readonly #context: LoopContext;
  readonly #scheduler: WorkScheduler;
  readonly #pollMs: number | null;
  readonly #sleep: WakeableSleep;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #nextOutboxDrain: DueTime = dueNow;

  /**
   * @param options.pollMs interval between two reads of due work, in milliseconds. By default, the loop subscribes to
   * the dispatcher and the store instead.
   */
  constructor(
    context: LoopContext,
    { scheduler, pollMs }: { readonly scheduler: WorkScheduler; readonly pollMs?: number },
  ) {
    this.#context = context;
    this.#scheduler = scheduler;
    this.#pollMs = pollMs ?? null;
    this.#sleep = new WakeableSleep(context.clock);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Begins no new cycle. Resolves when the loop has ended. */
  stop(): Promise<void> {
    this.#stop.abort();
    this.#sleep.wake();
    return this.#running ?? Promise.resolve();
  }

  /** Reads in how many milliseconds something is due; 0 for now, `Infinity` for nothing. */
  async readDueInMs(): Promise<number> {
    return Math.min((await this.#nextDueInMs()) ?? Number.POSITIVE_INFINITY, this.#scheduler.purgeInMs);
  }

  #nextDueInMs(): Promise<number | null> {
    const { limits, store } = this.#context;
    return store.nextDueInMs({ models: this.#scheduler.openModels, topics: topicsOf(this.#context), limits });
  }

  async #run(): Promise<void> {
    const { clock, dispatcher, outage, random, store } = this.#context;
    const { signal } = this.#stop;
    const wake = (): void => this.#sleep.wake();
    const subscribes = this.#pollMs === null;
    const unsubscribeWakes = subscribes ? dispatcher.onWake?.((_, dueInMs) => this.#sleep.wake(dueInMs)) : undefined;
    let unsubscribeCommits: (() => void) | null = null;
    let failures = 0;
    while (!signal.aborted) {
      this.#sleep.clear();
      try {
        // Opens the database, so it may fail like any other command.
        if (subscribes) unsubscribeCommits ??= store.onForeignCommit(wake);
        const sleepMs = this.#pollMs === null ? await this.#runCycle(wake) : await this.#poll(wake, this.#pollMs);
        outage.end();
        failures = 0;
        await this.#sleep.sleep(sleepMs);
      } catch (error) {
        // A wake does not shorten this back-off: retrying does not bring a store back.
        outage.report(error);
        await sleep(clock, { delayMs: outageDelayMs({ failures, random: random() }), signal });
        failures += 1;
      }
    }
    unsubscribeWakes?.();
    unsubscribeCommits?.();
  }

  /** Reads when something is due and runs a cycle if it is due now. Returns how long to sleep. */
  async #poll(wake: () => void, pollMs: number): Promise<number> {
    const dueInMs = await this.readDueInMs();
    return Math.min(dueInMs > 0 ? dueInMs : await this.#runCycle(wake), pollMs);
  }

  /** Returns how long to sleep. */
  async #runCycle(wake: () => void): Promise<number> {
    const { claimed, hasFreeSlots, hasSkipped } = await this.#scheduler.begin(wake);
    await logClockJumps(this.#context);
    if (hasFreeSlots || leftUntil(this.#nextOutboxDrain, this.#context.clock.now()) <= 0) this.#drainOutbox(wake);
    await this.#scheduler.unservedModels.check();
    // A purge leaves the bytes to the outbox.
    this.#scheduler.purge(wake);
    // A finished step releases its slot and wakes the loop. Until then, the loop wakes to enforce the deadlines of
    // unclaimed generations.
    if (!hasFreeSlots) return maxSleepMs;
    const dueInMs = await this.#nextDueInMs();
    const purgeInMs = Math.max(this.#scheduler.purgeInMs, minSleepMs);
    // Without a subscription, no submit of this process wakes the loop.
    const idleMs = this.#context.dispatcher.onWake === undefined ? maxSleepMs : maxIdleMs;
    if (dueInMs === null) return Math.min(idleMs, purgeInMs);
    const isHeldBack = hasSkipped || ((await this.#context.store.holdsBackDue?.()) ?? false);
    const minMs = claimed > 0 ? 0 : isHeldBack ? skippedRetryMs : minSleepMs;
    return Math.min(Math.max(dueInMs, minMs), maxSleepMs, purgeInMs);
  }

  /** Not awaited: a slow storage must not block generations. */
  #drainOutbox(wake: () => void): void {
    this.#nextOutboxDrain = dueIn(outboxIntervalMs, this.#context.clock.now());
    this.#scheduler.outbox.drain(wake).catch((error: unknown) => this.#context.outage.report(error));
  }
}
