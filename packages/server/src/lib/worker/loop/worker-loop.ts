import { outageDelayMs } from "../context/backoff.js";
import { sleep } from "../context/sleep.js";
import type { WorkerContext } from "../context/worker-context.js";
import { topicsOf } from "../outbox/drain-outbox.js";
import { Alarm } from "./alarm.js";
import { logClockJumps } from "./clock-jumps.js";
import type { WorkerRounds } from "./worker-rounds.js";

/** Max sleep while a generation is active, or may be and no slot is free. It bounds the effect of a wrong clock. */
const longestSleepMs = 5_000;
/** Min sleep after a round that claimed nothing although something is due: another worker was faster. */
const shortestSleepMs = 10;
/** Retry interval for passed-over generations while no slot is released. */
const passedOverMs = 250;
/** Interval between two outbox drains while no slot is free. */
const outboxIntervalMs = 5_000;

/**
 * Runs rounds whenever something is due, and sleeps in between. In request mode it polls, because another request would
 * call its subscriptions.
 */
export class WorkerLoop {
  readonly #context: WorkerContext;
  readonly #rounds: WorkerRounds;
  readonly #pollMs: number | null;
  readonly #alarm: Alarm;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #outboxAt = Number.NEGATIVE_INFINITY;

  /**
   * @param options.pollMs interval between two reads of due work; `null` subscribes to the dispatcher and the store.
   */
  constructor(
    context: WorkerContext,
    rounds: WorkerRounds,
    { pollMs }: { readonly pollMs: number | null } = { pollMs: null },
  ) {
    this.#context = context;
    this.#rounds = rounds;
    this.#pollMs = pollMs;
    this.#alarm = new Alarm(context.clock);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Begins no new round. Resolves when the loop has ended. */
  stop(): Promise<void> {
    this.#stop.abort();
    this.#alarm.ring();
    return this.#running ?? Promise.resolve();
  }

  /** Reads in how many milliseconds something is due; 0 for now, `Infinity` for nothing. */
  async readDueInMs(): Promise<number> {
    return Math.min((await this.#nextDueInMs()) ?? Number.POSITIVE_INFINITY, this.#rounds.forgetInMs);
  }

  #nextDueInMs(): Promise<number | null> {
    const topics = topicsOf(this.#context.announcer);
    return this.#context.store.nextDueInMs({ models: this.#rounds.openModels, topics });
  }

  async #run(): Promise<void> {
    const { clock, dispatcher, outage, random, store } = this.#context;
    const { signal } = this.#stop;
    const ring = (): void => this.#alarm.ring();
    const isWoken = this.#pollMs === null;
    const stopWakes = isWoken ? dispatcher.onWake(ring) : () => {};
    let stopForeign: (() => void) | null = isWoken ? null : () => {};
    let failures = 0;
    while (!signal.aborted) {
      this.#alarm.reset();
      try {
        // Opens the database, so it may fail like any other command.
        stopForeign ??= store.onForeignCommit(ring);
        const sleepMs = this.#pollMs === null ? await this.#round(ring) : await this.#poll(ring, this.#pollMs);
        outage.end();
        failures = 0;
        await this.#alarm.sleep(sleepMs);
      } catch (error) {
        // A wake does not shorten this back-off: retrying does not bring a store back.
        outage.report(error);
        await sleep(clock, outageDelayMs({ failures, random: random() }), signal);
        failures += 1;
      }
    }
    stopWakes();
    stopForeign?.();
  }

  /** Reads when something is due and runs a round if it is due now. Returns how long to sleep. */
  async #poll(ring: () => void, pollMs: number): Promise<number> {
    const dueInMs = await this.readDueInMs();
    return Math.min((dueInMs > 0 ? dueInMs : await this.#round(ring)) ?? pollMs, pollMs);
  }

  /** Returns how long to sleep; `null` until a wake. */
  async #round(ring: () => void): Promise<number | null> {
    const { claimed, hasRoom, hasPassedOver } = await this.#rounds.begin(ring);
    await logClockJumps(this.#context);
    if (hasRoom || this.#isOutboxTurn()) this.#drainOutbox(ring);
    await this.#rounds.stranded.look();
    // A purge leaves the bytes to the outbox.
    this.#rounds.forget(ring);
    // A finished step frees its slot and rings. Until then, the loop wakes to enforce the deadlines of unclaimed
    // generations.
    if (!hasRoom) return longestSleepMs;
    const dueInMs = await this.#nextDueInMs();
    const forgetInMs = Math.max(this.#rounds.forgetInMs, shortestSleepMs);
    if (dueInMs === null) return Number.isFinite(forgetInMs) ? forgetInMs : null;
    const isHeldBack = hasPassedOver || ((await this.#context.store.holdsBackDue?.()) ?? false);
    const minMs = claimed > 0 ? 0 : isHeldBack ? passedOverMs : shortestSleepMs;
    return Math.min(Math.max(dueInMs, minMs), longestSleepMs, forgetInMs);
  }

  #isOutboxTurn(): boolean {
    // The absolute value, because the clock may be set back.
    return Math.abs(this.#context.clock.now() - this.#outboxAt) >= outboxIntervalMs;
  }

  /** Not awaited: a slow storage must not block generations. */
  #drainOutbox(ring: () => void): void {
    this.#outboxAt = this.#context.clock.now();
    this.#rounds.outbox.drain(ring).catch((error: unknown) => this.#context.outage.report(error));
  }
}
