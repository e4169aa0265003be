import type { Storage } from "../../packages/server/src/lib/ports/storage.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { ServiceError } from "../../packages/server/src/lib/service/errors/service-error.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { fakeClock } from "../../packages/server/testing/fakes/fake-clock.js";
import { FakeWallet, type WalletFault } from "../../packages/server/testing/fakes/fake-wallet.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { OpenOptions } from "../ground/proving-ground.js";
import { MortalHost } from "./mortal-host.js";
import { owners, type WalletAct, type WalletHistory } from "./wallet-history.js";

/** Result of a history. `violations` is empty if every promise held. */
export interface WalletReport {
  /** The points at which a process died. */
  readonly deaths: readonly string[];
  /** Processes whose clock was ahead. */
  readonly ahead: number;
  /** Lost, late and repeated messages. */
  readonly faults: number;
  readonly captured: number;
  readonly released: number;
  /** Holds that were released although no submit committed. */
  readonly unused: number;
  readonly violations: readonly string[];
}

const walletFaults: readonly [WalletFault, ...WalletFault[]] = ["request_lost", "response_lost", "duplicated", "late"];
const topics = ["delete_objects", "delete_prefix", "cancel_job", "resolve_hold"] as const;
/** Max rounds of 10 minutes after the last fault. By then, everything must have ended: a retry waits an hour at most. */
const maxRounds = 60;

/**
 * Plays a history on a real database and a fake clock: owners submit to a host whose credits a remote wallet keeps, its process
 * dies, and the wallet loses, repeats and delays messages. Then the faults stop, and the wallet must agree with the
 * generations.
 *
 * @param options.open opens a store on the database, which is empty at first.
 * @param options.aheadMs how far the clocks that are ahead are ahead, in milliseconds.
 */
export async function playWalletHistory(history: WalletHistory, options: WalletOptions): Promise<WalletReport> {
  const world = new WalletWorld(history, options);
  await world.store.migrate();
  for (const act of history.acts) await world.play(act);
  await world.settle();
  const violations = await world.violations();
  await world.close();
  const holds = world.countHolds();
  return { deaths: world.deaths, ahead: world.ahead, faults: world.faults, ...holds, violations };
}

interface WalletOptions {
  readonly open: (clock: Pick<OpenOptions, "now" | "monotonicNow">) => Store;
  readonly aheadMs: number;
}

class WalletWorld {
  readonly store: Store;
  /** The same database with a clock that is ahead. */
  readonly #storeAhead: Store;
  readonly deaths: string[] = [];
  ahead = 0;
  faults = 0;
  readonly #clock = fakeClock();
  readonly #storage: Storage = memoryStorage();
  readonly #wallet: FakeWallet;
  readonly #acknowledged = new Set<string>();
  readonly #total: number;
  #deathsLeft: number[];
  #aheadLeft: boolean[];
  #faultRate: number;
  #host: MortalHost;
  readonly #unexpected: string[] = [];
  #unused = 0;

  constructor({ ahead, balance, deaths, faults, seed }: WalletHistory, { aheadMs, open }: WalletOptions) {
    const random = new SeededRandom(seed);
    this.#faultRate = faults;
    const { now } = this.#clock;
    this.store = open({ now });
    this.#storeAhead = open({ now: () => now() + aheadMs, monotonicNow: now });
    const faultOf = (): WalletFault | null => {
      if (!random.chance(this.#faultRate)) return null;
      this.faults += 1;
      return random.pick(walletFaults);
    };
    this.#wallet = new FakeWallet(Object.fromEntries(owners.map((owner) => [owner, balance])), faultOf);
    this.#total = this.#wallet.total;
    this.#deathsLeft = [...deaths];
    this.#aheadLeft = [...ahead];
    this.#host = this.#start();
  }

  async play(act: WalletAct): Promise<void> {
    switch (act.type) {
      case "pass":
        return this.#clock.skip(act.milliseconds);
      case "deliver":
        return this.#wallet.deliverLate();
      default: {
        // A request of a process that died has no response.
        await Promise.race([this.#host.death, this.#send(act)]);
        if (!this.#host.isAlive) this.#host = this.#start();
      }
    }
  }

  async close(): Promise<void> {
    await this.#storeAhead.close();
    await this.store.close();
  }

  /** Ends the faults, and runs the worker until nothing is due. */
  async settle(): Promise<void> {
    this.#deathsLeft = [];
    this.#aheadLeft = [];
    this.#faultRate = 0;
    this.#host = this.#start();
    for (let round = 0; round < maxRounds; round += 1) {
      await this.#host.safelight.worker.tick();
      this.#wallet.deliverLate();
      if ((await this.store.nextDueInMs({ models: ["demo"], topics })) === null) return;
      this.#clock.skip(600_000);
    }
    this.#unexpected.push("something is still due");
  }

  async violations(): Promise<readonly string[]> {
    const wallet = this.#wallet;
    const found = [...this.#unexpected, ...wallet.violations];
    if (wallet.total !== this.#total) found.push(`the wallet has ${wallet.total} instead of ${this.#total}`);
    for (const [key, { credits, state, taken }] of wallet.holds) {
      const ended = await this.store.getEnded({ id: key });
      if (ended === null) this.#unused += 1;
      const kept = ended === null ? 0 : ended.generation.credits - ended.generation.refundedCredits;
      if (state !== (kept > 0 ? "captured" : "released") || taken !== kept) {
        found.push(`${key} kept ${kept} of ${credits}, but is ${state} with ${taken} taken`);
      }
      if (ended !== null && ended.generation.credits !== credits) found.push(`${key} held ${credits}`);
    }
    for (const id of this.#acknowledged) {
      if ((await this.store.getEnded({ id })) === null) found.push(`${id} was acknowledged, and has not ended`);
      if (!wallet.holds.has(id)) found.push(`${id} was not held`);
    }
    for (const { check, detail, subject } of await this.store.audit()) found.push(`${check}: ${subject} (${detail})`);
    return found;
  }

  countHolds() {
    const states = [...this.#wallet.holds.values()].map(({ state }) => state);
    const count = (state: string) => states.filter((each) => each === state).length;
    return { captured: count("captured"), released: count("released"), unused: this.#unused };
  }

  #start(): MortalHost {
    let pointsLeft = this.#deathsLeft.shift() ?? Number.POSITIVE_INFINITY;
    const diesAt = (point: string): boolean => {
      pointsLeft -= 1;
      if (pointsLeft >= 0) return false;
      this.deaths.push(point);
      return true;
    };
    const isAhead = this.#aheadLeft.shift() ?? false;
    if (isAhead) this.ahead += 1;
    return new MortalHost({
      ...{ store: isAhead ? this.#storeAhead : this.store, storage: this.#storage, wallet: this.#wallet },
      clock: this.#clock,
      diesAt,
    });
  }

  async #send(act: Exclude<WalletAct, { readonly type: "pass" | "deliver" }>): Promise<void> {
    const { api, worker } = this.#host.safelight;
    const ownerAt = (index: number) => owners[index % owners.length] ?? owners[0];
    try {
      switch (act.type) {
        case "work":
          await worker.tick();
          return;
        case "cancel": {
          const id = [...this.#acknowledged][act.generation];
          if (id === undefined) return;
          // A transfer may have changed its owner, and the others are refused.
          for (const ownerId of owners) await api.cancel({ ownerId }, id).catch(ignoreRefusal);
          return;
        }
        case "erase":
          await api.deleteOwner({ ownerId: ownerAt(act.owner) });
          return;
        case "transfer":
          if (act.from !== act.to)
            await api.transferOwner({ from: ownerAt(act.from), to: ownerAt(act.to), credits: "leave" });
          return;
        case "submit":
          await Promise.all(Array.from({ length: act.copies }, () => this.#submit(act, ownerAt(act.owner))));
      }
    } catch (error) {
      ignoreRefusal(error);
    }
  }

  async #submit({ inputs, key }: Extract<WalletAct, { readonly type: "submit" }>, ownerId: string): Promise<void> {
    const { api } = this.#host.safelight;
    const options = { idempotencyKey: `key-${key}` };
    const [first, ...others] = inputs;
    if (first === undefined) return;
    const accepted =
      others.length === 0
        ? [(await api.submit({ ownerId }, "demo", first, options)).generation]
        : (await api.submitMany({ ownerId }, "demo", inputs, options)).generations;
    for (const { id } of accepted) this.#acknowledged.add(id);
  }
}

/** A refusal is an outcome of a history. Any other error is a violation, and fails the proof. */
function ignoreRefusal(error: unknown): void {
  if (!ServiceError.isInstance(error)) throw error;
}
