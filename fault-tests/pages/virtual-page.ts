import type { Generation } from "@safelight/client/contract";
import { createClient } from "../../packages/client/src/lib/create-client.js";
import type { Environment } from "../../packages/client/src/lib/environment.js";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { VirtualLocks } from "./virtual-locks.js";
import { balance, type Outcome, type VirtualOwner } from "./virtual-owner.js";

/** State that the pages of one browser share. */
export interface VirtualBrowser {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly locks: VirtualLocks;
  /** Listeners by channel name. */
  readonly channels: Map<string, Set<(message: unknown) => void>>;
}

/** Maximum delay of a message to another page, and of a request or response. */
const maxMessageMs = 4;
const maxNetworkMs = 30;

/** A page that follows its owner and holds the generations it received. */
export class VirtualPage {
  readonly violations: string[] = [];
  readonly name: string;
  connection = "none";
  /** Whether the last connection event was `isCurrent`. */
  #isCurrent = false;
  #balance: number | null = null;
  /** Number of received changes. */
  received = 0;
  readonly #browser: VirtualBrowser;
  readonly #owner: VirtualOwner;
  readonly #leaving = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #sleepers = new Set<(isAsleep: boolean) => void>();
  readonly #timers = new Set<object>();
  readonly #held = new Map<string, Generation>();
  #sequence = -1;
  #aheadMs = 0;
  #isOnline = true;
  #isHidden = false;
  #isAsleep = false;
  #isStopped = false;
  #late: (() => void)[] = [];
  readonly #lockOwner = { run: (work: () => void): void => this.#run(work) };
  /** Closes each open channel. */
  readonly #open: (() => void)[] = [];
  readonly #killed = new AbortController();

  constructor(name: string, { browser, owner }: { readonly browser: VirtualBrowser; readonly owner: VirtualOwner }) {
    this.name = name;
    this.#browser = browser;
    this.#owner = owner;
    void this.#follow();
  }

  hide(isHidden = !this.#isHidden): void {
    this.#isHidden = isHidden;
    this.#notify();
  }

  setNetwork(isOnline = !this.#isOnline): void {
    this.#isOnline = isOnline;
    this.#notify();
  }

  setClock(aheadMs: number): void {
    this.#aheadMs = aheadMs;
  }

  /** Enters the back/forward cache: the page gets its event, and then its event loop stops. */
  async sleep(isAsleep = !this.#isAsleep): Promise<void> {
    if (isAsleep === this.#isAsleep) return;
    this.#isAsleep = isAsleep;
    if (!isAsleep) this.stop(false);
    for (const listener of [...this.#sleepers]) listener(isAsleep);
    // Lets the handlers of the event finish.
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (isAsleep) this.stop(true);
  }

  /** Stops the event loop without an event, or resumes it. A sleeping page stays stopped. */
  stop(isStopped = !this.#isStopped): void {
    this.#isStopped = isStopped || this.#isAsleep;
    if (this.#isStopped) return;
    for (const work of this.#late.splice(0)) this.#run(work);
  }

  /** Closes the page as a user does; a stopped or sleeping page resumes first. `kill` ends a page without resuming it. */
  leave(): void {
    this.#isAsleep = false;
    this.stop(false);
    this.#leaving.abort();
  }

  /** Crashes the page: no event, and no further callback. */
  kill(): void {
    this.#killed.abort();
    this.#late = [];
    for (const close of this.#open.splice(0)) close();
    this.#browser.locks.drop(this.#lockOwner);
  }

  /** Differences between the page and the server. */
  mistakes(): readonly string[] {
    const show = (generations: Iterable<Generation>): string =>
      [...generations]
        .map(({ id, version, metadata }) => `${id} v${version} ${JSON.stringify(metadata)}`)
        .sort()
        .join(", ");
    const [shown, there] = [show(this.#held.values()), show(this.#owner.generations())];
    const mistakes = shown === there ? [] : [`shows ${shown || "nothing"}, the server has ${there || "nothing"}`];
    if (!["live", "polling"].includes(this.connection)) mistakes.push(`is ${this.connection} without any fault`);
    if (!this.#isCurrent) mistakes.push("is not current");
    // Only a stream delivers balances.
    if (this.#balance !== null && this.#balance !== balance) mistakes.push(`shows a balance of ${this.#balance}`);
    return mistakes.map((mistake) => `${this.name} ${mistake}`);
  }

  /** Resources that the page has not released. */
  leftovers(): readonly string[] {
    if (this.#killed.signal.aborted) return [];
    const [timers, listeners, sleepers] = [this.#timers.size, this.#listeners.size, this.#sleepers.size];
    return timers + listeners + sleepers === 0
      ? []
      : [`${this.name} left ${timers} timers, ${listeners} listeners and ${sleepers} sleep listeners`];
  }

  async #follow(): Promise<void> {
    const client = createClient(
      { baseUrl: "http://owner.test", fetch: (request) => this.#fetch(request) },
      this.#environment(),
    );
    try {
      for await (const event of client.events({ signal: this.#leaving.signal })) {
        if (event.type === "connection") {
          this.connection = event.state;
          this.#isCurrent = event.isCurrent;
        } else if (event.type === "credits") this.#balance = event.balance;
        else if (event.type === "hello") {
          this.#held.clear();
          for (const generation of event.active.generations) this.#held.set(generation.id, generation);
          this.#sequence = event.sequence;
        } else if (event.type === "generation") {
          this.#advance(event.generation);
          this.#held.set(event.generation.id, event.generation);
        } else if (event.type === "deleted") {
          this.#advance(event);
          this.#held.delete(event.id);
        }
      }
    } catch (error) {
      if (!this.#leaving.signal.aborted) this.violations.push(`${this.name}: its events ended: ${String(error)}`);
    }
  }

  #advance({ id, sequence }: { readonly id: string; readonly sequence: number }): void {
    this.received += 1;
    if (sequence <= this.#sequence) {
      this.violations.push(`${this.name} received ${id} with the sequence ${sequence} after ${this.#sequence}`);
    }
    this.#sequence = sequence;
  }

  #environment(): Environment {
    const { clock, random, locks, channels } = this.#browser;
    // A killed page may still be in the middle of a task.
    const isKilled = () => this.#killed.signal.aborted;
    const never = () => new Promise<null>(() => {});
    return {
      now: () => clock.now() + this.#aheadMs,
      random: random.next,
      schedule: (callback, ms) => this.#later(ms, callback),
      isOnline: () => this.#isOnline,
      isHidden: () => this.#isHidden,
      onChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      notifyResponse: () => this.#notify(),
      peers: {
        lock: (name, options) => (isKilled() ? never() : locks.request(name, { options, by: this.#lockOwner })),
        join: (name, listener) => {
          const room = channels.get(name) ?? new Set();
          channels.set(name, room);
          let lastMs = 0;
          const receive = (message: unknown): void => {
            // Messages arrive in the order in which they were posted.
            lastMs = Math.max(lastMs, clock.now() + random.between(0, maxMessageMs));
            clock.setTimer(lastMs - clock.now(), () => this.#run(() => room.has(receive) && listener(message)));
          };
          if (!isKilled()) room.add(receive);
          this.#open.push(() => room.delete(receive));
          return {
            post: (message) => {
              if (isKilled()) return;
              const copy = structuredClone(message);
              for (const other of room) if (other !== receive) other(copy);
            },
            close: () => room.delete(receive),
          };
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
        this.#run(() => reject(request.signal.aborted ? request.signal.reason : new TypeError("no network")));
      if (!this.#isOnline || request.signal.aborted) return fail();
      const { clock, random } = this.#browser;
      const way = (work: () => void): void => void clock.setTimer(random.between(1, maxNetworkMs), work);
      request.signal.addEventListener("abort", fail);
      const deliver = (outcome: Outcome): void => {
        way(() => this.#run(() => (outcome === "lost" ? fail() : resolve(outcome))));
      };
      const gone = AbortSignal.any([request.signal, this.#killed.signal]);
      way(() => this.#owner.handle(request, { deliver, run: this.#lockOwner.run, gone }));
    });
  }

  #later(ms: number, callback: () => void): () => void {
    const timer = {};
    this.#timers.add(timer);
    const cancel = this.#browser.clock.setTimer(ms, () => this.#run(() => this.#timers.delete(timer) && callback()));
    return () => {
      this.#timers.delete(timer);
      cancel();
    };
  }

  /** Runs a callback now, or when the page resumes. */
  #run(work: () => void): void {
    if (this.#killed.signal.aborted) return;
    if (this.#isStopped) this.#late.push(work);
    else work();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) this.#run(listener);
  }
}
