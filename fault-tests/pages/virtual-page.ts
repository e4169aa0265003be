import { createClient } from "../../packages/client/src/lib/create-client.js";
import type { Environment } from "../../packages/client/src/lib/environment.js";
import { SafelightError } from "../../packages/client/src/lib/requests/safelight-error.js";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Outcome } from "./connection.js";
import { PageView } from "./page-view.js";
import type { VirtualChannels } from "./virtual-channels.js";
import type { VirtualLocks } from "./virtual-locks.js";
import type { VirtualServer } from "./virtual-server.js";

/** State that the pages of one browser share. */
export interface VirtualBrowser {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly locks: VirtualLocks;
  readonly channels: VirtualChannels;
  readonly server: VirtualServer;
  /** Since when no fault delays a change, as epoch milliseconds; `Infinity` during a fault. */
  readonly calmSince: () => number;
  /** A page that is looked at knows a change within this time. */
  readonly maxDelayMs: () => number;
  /** Whether replicas may be so far behind that the server takes one for a restored backup. */
  readonly mayGoBack: () => boolean;
}

/** Maximum delay of a request or response. */
const maxNetworkMs = 30;
/** Maximum delay of a slow page before it reads its next event. */
const maxReadMs = 300;
/** How often a page without a user tries again whether one is signed in. */
const signedOutMs = 60_000;

/** A page that follows its owner. */
export class VirtualPage {
  readonly name: string;
  readonly view: PageView;
  readonly #browser: VirtualBrowser;
  readonly #leaving = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #sleepers = new Set<(isAsleep: boolean) => void>();
  readonly #timers = new Set<object>();
  #aheadMs = 0;
  #isOnline = true;
  #isHidden = false;
  #isAsleep = false;
  #isStopped = false;
  /** Work that waits for the event loop. While there is some, newer work waits behind it. */
  #late: (() => void)[] = [];
  #isDraining = false;
  /** Whether the server refused the events, since no user is signed in. */
  #isRefused = false;
  #lookedAtSince: number;
  #retry = (): void => {};
  readonly #killed = new AbortController();

  constructor(name: string, browser: VirtualBrowser) {
    this.name = name;
    this.#browser = browser;
    this.#lookedAtSince = browser.clock.now();
    this.view = new PageView(name, browser);
    const active = browser.random.chance(0.5) ? browser.server.render() : null;
    if (active !== null) this.view.render(active);
    void this.#follow();
  }

  /** Whether it is visible, online, running and not refused. */
  get isLookedAt(): boolean {
    return !this.#isHidden && this.#isOnline && this.isRunning && !this.#isRefused;
  }

  get isRunning(): boolean {
    return !this.#isStopped && !this.#isAsleep && this.#late.length === 0;
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  get isHung(): boolean {
    return this.#isStopped && !this.#isAsleep;
  }

  /** Since when the page is looked at and no fault delays a change; `Infinity` otherwise. */
  get calmSince(): number {
    return this.isLookedAt ? Math.max(this.#lookedAtSince, this.#browser.calmSince()) : Infinity;
  }

  hide(isHidden = !this.#isHidden): void {
    this.#isHidden = isHidden;
    this.#lookAt();
    this.#notify();
  }

  setNetwork(isOnline = !this.#isOnline): void {
    this.#isOnline = isOnline;
    this.#lookAt();
    this.#notify();
  }

  setClock(aheadMs: number): void {
    this.#aheadMs = aheadMs;
  }

  /**
   * Enters the back/forward cache: the page gets its event, and then its event loop stops. A page that hangs gets no event,
   * so it cannot enter.
   */
  async sleep(isAsleep = !this.#isAsleep): Promise<void> {
    if (isAsleep === this.#isAsleep || (isAsleep && !this.isRunning)) return;
    if (!isAsleep) {
      this.#isAsleep = false;
      this.stop(false);
    }
    for (const listener of [...this.#sleepers]) this.run(() => listener(isAsleep));
    if (!isAsleep) return;
    // Lets the handlers of the event finish.
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    this.#isAsleep = true;
    this.stop(true);
    const { locks, channels } = this.#browser;
    // A browser does not keep a page that has either.
    if (locks.has(this)) this.view.violations.push(`${this.name} sleeps with a lock`);
    if (channels.has(this)) this.view.violations.push(`${this.name} sleeps with a channel`);
  }

  /** Stops the event loop without an event, or resumes it. A sleeping page stays stopped. */
  stop(isStopped = !this.#isStopped): void {
    this.#isStopped = isStopped || this.#isAsleep;
    this.#lookAt();
    if (!this.#isStopped && !this.#isDraining) this.#drain();
  }

  /** Closes the page as a user does; a stopped or sleeping page resumes first. `kill` ends a page without resuming it. */
  leave(): void {
    this.#isAsleep = false;
    this.stop(false);
    this.run(() => this.#leaving.abort());
  }

  /** Crashes the page: no event, and no further callback. */
  kill(): void {
    this.#killed.abort();
    this.#late = [];
    this.#browser.channels.drop(this);
    this.#browser.locks.drop(this);
  }

  /** Tries again at once whether a user is signed in. */
  signedIn(): void {
    this.run(() => this.#retry());
  }

  /** Resources that the page has not released. */
  leftovers(): readonly string[] {
    if (this.#killed.signal.aborted) return [];
    const [timers, listeners, sleepers] = [this.#timers.size, this.#listeners.size, this.#sleepers.size];
    return timers + listeners + sleepers === 0
      ? []
      : [`${this.name} left ${timers} timers, ${listeners} listeners and ${sleepers} sleep listeners`];
  }

  /** Runs a callback now, or when the page resumes. */
  run(work: () => void): void {
    if (this.#killed.signal.aborted) return;
    if (this.isRunning) work();
    else this.#late.push(work);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#leaving;
    const { random } = this.#browser;
    const isSlow = random.chance(0.3);
    const client = createClient(
      { baseUrl: "http://owner.test", fetch: (request) => this.#fetch(request) },
      this.#environment(),
    );
    while (!signal.aborted) {
      try {
        for await (const event of client.events({ signal, after: this.view.position })) {
          this.view.take(event, this.calmSince);
          if (isSlow) await this.#pause(random.between(0, maxReadMs));
        }
      } catch (error) {
        if (signal.aborted) return;
        const isSignedOut = SafelightError.isInstance(error) && error.code === "unauthenticated";
        if (!isSignedOut) return void this.view.violations.push(`${this.name}: its events ended: ${String(error)}`);
        this.view.end({ isForgotten: random.chance(0.5) });
        await this.#signIn();
      }
    }
  }

  /** Resolves when it is time to try again whether a user is signed in. */
  async #signIn(): Promise<void> {
    this.#isRefused = true;
    await this.#pause(signedOutMs, (resume) => {
      this.#retry = resume;
    });
    this.#isRefused = false;
    this.#lookAt();
  }

  /** Waits in the page's own time, or until it leaves. */
  async #pause(ms: number, onBegin?: (resume: () => void) => void): Promise<void> {
    const { signal } = this.#leaving;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      onBegin?.(resolve);
      this.#browser.clock.setTimer(ms, () => this.run(resolve));
      signal.addEventListener("abort", () => resolve());
    });
  }

  #environment(): Environment {
    const { clock, random, locks, channels } = this.#browser;
    // A killed page may still be in the middle of a task.
    const isKilled = () => this.#killed.signal.aborted;
    const never = () => new Promise<void>(() => {});
    return {
      now: () => clock.now() + this.#aheadMs,
      ticks: () => clock.now(),
      random: random.next,
      schedule: (callback, ms) => this.#later(ms, callback),
      isOnline: () => this.#isOnline,
      isHidden: () => this.#isHidden,
      isOpen: () => this.#isOnline && !this.#isHidden,
      onChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      notifyResponse: () => this.#notify(),
      peers: {
        // biome-ignore lint/complexity/useMaxParams: the interface of the client
        lock: (name, options, work) => (isKilled() ? never() : locks.request(name, { ...options, by: this, work })),
        join: (name, listener) => {
          const channel = channels.join(name, { by: this, listener });
          if (isKilled()) channel.close();
          return channel;
        },
        onSleep: (listener) => {
          this.#sleepers.add(listener);
          return () => this.#sleepers.delete(listener);
        },
      },
    };
  }

  /** Sends a request to the server and its response back, each with a delay. */
  #fetch(request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        this.run(() => reject(request.signal.aborted ? request.signal.reason : new TypeError("no network")));
      if (!this.#isOnline || request.signal.aborted) return fail();
      const { clock, random, server } = this.#browser;
      const way = (work: () => void): void => void clock.setTimer(random.between(1, maxNetworkMs), work);
      request.signal.addEventListener("abort", fail);
      const deliver = (outcome: Outcome): void => {
        way(() => this.run(() => (outcome === "lost" ? fail() : resolve(outcome))));
      };
      const gone = AbortSignal.any([request.signal, this.#killed.signal]);
      way(() => server.handle(request, { deliver, run: (work) => this.run(work), gone }));
    });
  }

  #later(ms: number, callback: () => void): () => void {
    const timer = {};
    this.#timers.add(timer);
    const cancel = this.#browser.clock.setTimer(ms, () => this.run(() => this.#timers.delete(timer) && callback()));
    return () => {
      this.#timers.delete(timer);
      cancel();
    };
  }

  /** Runs the late work, each piece in its own turn as an event loop does: promises settle before the next piece. */
  #drain(): void {
    this.#isDraining = this.#late.length > 0 && !this.#isStopped;
    if (!this.#isDraining) {
      this.#lookAt();
      return;
    }
    this.#browser.clock.setTimer(0, () => {
      if (!this.#isStopped) {
        this.#late[0]?.();
        this.#late.shift();
      }
      this.#drain();
    });
  }

  /** Measures from now on how long the page is looked at. */
  #lookAt(): void {
    this.#lookedAtSince = this.#browser.clock.now();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) this.run(listener);
  }
}
