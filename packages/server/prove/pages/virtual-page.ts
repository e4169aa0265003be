import type { Generation } from "@safelight/client/contract";
import { createClient } from "../../../client/src/lib/create-client.js";
import type { Environment } from "../../../client/src/lib/environment.js";
import type { Clock } from "../../src/lib/ports/clock.js";
import type { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import type { VirtualLocks } from "./virtual-locks.js";
import { balance, type Outcome, type VirtualOwner } from "./virtual-owner.js";

/** What the pages of one browser have in common. */
export interface VirtualBrowser {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly locks: VirtualLocks;
  /** Who listens, by the name of the channel. */
  readonly channels: Map<string, Set<(message: unknown) => void>>;
}

/** A message takes up to so long to another page, and a request to the server or back. */
const longestMessageMs = 4;
const longestWayMs = 30;

/** A page that follows its owner, and holds what it was told. */
export class VirtualPage {
  readonly violations: string[] = [];
  readonly name: string;
  connection = "none";
  /** Whether it was told that everything that happened before was told. */
  #isCurrent = false;
  #balance: number | null = null;
  /** How many changes it was told. */
  told = 0;
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
  readonly #taker = { run: (work: () => void): void => this.#run(work) };
  /** Closes the channels that it has open. */
  readonly #open: (() => void)[] = [];
  readonly #killed = new AbortController();

  constructor(name: string, browser: VirtualBrowser, owner: VirtualOwner) {
    this.name = name;
    this.#browser = browser;
    this.#owner = owner;
    void this.#follow();
  }

  hide(isHidden = !this.#isHidden): void {
    this.#isHidden = isHidden;
    this.#tell();
  }

  setNetwork(isOnline = !this.#isOnline): void {
    this.#isOnline = isOnline;
    this.#tell();
  }

  setClock(aheadMs: number): void {
    this.#aheadMs = aheadMs;
  }

  /** As a browser keeps a page for going back to it: it is told, and then nothing of it goes on. */
  async sleep(isAsleep = !this.#isAsleep): Promise<void> {
    if (isAsleep === this.#isAsleep) return;
    this.#isAsleep = isAsleep;
    if (!isAsleep) this.stop(false);
    for (const listener of [...this.#sleepers]) listener(isAsleep);
    // What it does on being told, it does.
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (isAsleep) this.stop(true);
  }

  /** Without a word; or lets it go on. One that is asleep stays so. */
  stop(isStopped = !this.#isStopped): void {
    this.#isStopped = isStopped || this.#isAsleep;
    if (this.#isStopped) return;
    for (const work of this.#late.splice(0)) this.#run(work);
  }

  /** As a user closes it. One that hangs or sleeps goes on first; `kill` ends one that does not. */
  leave(): void {
    this.#isAsleep = false;
    this.stop(false);
    this.#leaving.abort();
  }

  /** As a browser ends a page that crashed: without a word, and nothing of it goes on. */
  kill(): void {
    this.#killed.abort();
    this.#late = [];
    for (const close of this.#open.splice(0)) close();
    this.#browser.locks.drop(this.#taker);
  }

  /** What it would tell its user that is not so. */
  mistakes(): readonly string[] {
    const show = (generations: Iterable<Generation>): string =>
      [...generations]
        .map(({ id, version, metadata }) => `${id} v${version} ${JSON.stringify(metadata)}`)
        .sort()
        .join(", ");
    const [shown, there] = [show(this.#held.values()), show(this.#owner.generations())];
    const mistakes = shown === there ? [] : [`shows ${shown || "nothing"} where there is ${there || "nothing"}`];
    if (!["live", "polling"].includes(this.connection)) mistakes.push(`says ${this.connection} where all is well`);
    if (!this.#isCurrent) mistakes.push("says that it may have missed something");
    // Balances come with a stream alone.
    if (this.#balance !== null && this.#balance !== balance) mistakes.push(`shows a balance of ${this.#balance}`);
    return mistakes.map((mistake) => `${this.name} ${mistake}`);
  }

  /** What it has left behind. */
  leftovers(): readonly string[] {
    if (this.#killed.signal.aborted) return [];
    const [timers, listeners, sleepers] = [this.#timers.size, this.#listeners.size, this.#sleepers.size];
    return timers + listeners + sleepers === 0
      ? []
      : [`${this.name} left ${timers} timers, ${listeners} listeners and ${sleepers} for its sleep`];
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
      if (!this.#leaving.signal.aborted) this.violations.push(`${this.name} came to an end: ${String(error)}`);
    }
  }

  #advance({ id, sequence }: { readonly id: string; readonly sequence: number }): void {
    this.told += 1;
    if (sequence <= this.#sequence) {
      this.violations.push(`${this.name} was told of ${id} by ${sequence} after ${this.#sequence}`);
    }
    this.#sequence = sequence;
  }

  #environment(): Environment {
    const { clock, random, locks, channels } = this.#browser;
    // What it was about to do in the turn in which it was ended.
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
      notifyResponse: () => this.#tell(),
      peers: {
        lock: (name, options) => (isKilled() ? never() : locks.request(name, options, this.#taker)),
        join: (name, listener) => {
          const room = channels.get(name) ?? new Set();
          channels.set(name, room);
          let lastMs = 0;
          const hear = (message: unknown): void => {
            // In the order in which they are said.
            lastMs = Math.max(lastMs, clock.now() + random.between(0, longestMessageMs));
            clock.setTimer(lastMs - clock.now(), () => this.#run(() => room.has(hear) && listener(message)));
          };
          if (!isKilled()) room.add(hear);
          this.#open.push(() => room.delete(hear));
          return {
            post: (message) => {
              if (isKilled()) return;
              const copy = structuredClone(message);
              for (const other of room) if (other !== hear) other(copy);
            },
            close: () => room.delete(hear),
          };
        },
        onSleep: (listener) => {
          this.#sleepers.add(listener);
          return () => this.#sleepers.delete(listener);
        },
      },
    };
  }

  /** A request on its way to the server, and its answer on the way back. */
  #fetch(request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        this.#run(() => reject(request.signal.aborted ? request.signal.reason : new TypeError("no network")));
      if (!this.#isOnline || request.signal.aborted) return fail();
      const { clock, random } = this.#browser;
      const way = (work: () => void): void => void clock.setTimer(random.between(1, longestWayMs), work);
      request.signal.addEventListener("abort", fail);
      const deliver = (outcome: Outcome): void => {
        way(() => this.#run(() => (outcome === "lost" ? fail() : resolve(outcome))));
      };
      const gone = AbortSignal.any([request.signal, this.#killed.signal]);
      way(() => this.#owner.answer(request, { deliver, run: this.#taker.run, gone }));
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

  /** Now, or when the page goes on. */
  #run(work: () => void): void {
    if (this.#killed.signal.aborted) return;
    if (this.#isStopped) this.#late.push(work);
    else work();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) this.#run(listener);
  }
}
