import { join } from "node:path";
import { expect, it } from "vitest";
import { SeededRandom } from "../../../../testing/simulation/seeded-random.js";
import { type Given, output, withStore } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

const initialGrant = 100;
const seeds = 100;

async function create(now: () => number) {
  const path = join(await tempFolder("histories"), "test.db");
  return libsqlStore({ url: `file:${path}`, now });
}

// For any sequence of actions of a user with several guest ids.
it(
  "transfers create and lose no credits, after any history",
  withStore(create, async (given) => {
    const people = Array.from({ length: seeds }, (_, seed) => new Person(given, seed));
    await Promise.all(people.map((person) => person.play()));
  }),
  60_000,
);

/** A user with several owner ids, who may return to each of them. */
class Person {
  readonly #given: Given;
  readonly #seed: number;
  readonly #random: SeededRandom;
  readonly #owners: readonly [string, ...string[]];
  /** A model of this user only, so that no other test claims its generations. */
  readonly #model: string;
  readonly #active = new Map<string, string>();
  /** Credits purchased, whatever their later use. */
  #bought = 0;
  /** Spent from purchased credits and initial grants, without refund. */
  #spent = 0;
  #tally: string[] = [];

  constructor(given: Given, seed: number) {
    this.#given = given;
    this.#seed = seed;
    this.#random = new SeededRandom(seed);
    this.#model = `model-${seed}`;
    this.#owners = [`a${seed}`, `b${seed}`, `c${seed}`];
  }

  async play(): Promise<void> {
    for (let count = 0; count < 24; count += 1) await this.#act();
    for (const [id, ownerId] of this.#active) await this.#given.store.requestCancel({ ownerId, id });
    const [last, ...guests] = this.#owners;
    // The first round of transfers reaches credits that only the second moves home.
    for (const from of [...guests, ...guests]) await this.#move(from, last);
    await this.#check(last, guests);
  }

  async #act(): Promise<void> {
    const owner = this.#random.pick(this.#owners);
    const { scenario, store } = this.#given;
    switch (this.#random.between(0, 6)) {
      case 0:
      case 1: {
        const verdict = await scenario.submit({
          ownerId: owner,
          initialGrant,
          credits: this.#amount(),
          model: this.#model,
        });
        if (verdict.type === "accepted") this.#active.set(verdict.generation.id, owner);
        return this.#note(`submit ${owner}: ${verdict.type}`);
      }
      case 2: {
        const [found] = [...this.#active].slice(this.#random.between(0, Math.max(this.#active.size - 1, 0)));
        return found === undefined ? undefined : this.#end(...found);
      }
      case 3: {
        const amount = this.#amount();
        const key = scenario.token();
        await store.adjust({ accountId: owner, kind: "grant", amount, reason: null, key, initialGrant });
        this.#bought += amount;
        return this.#note(`buy ${owner} ${amount}`);
      }
      case 4: {
        const amount = this.#amount();
        const order = { accountId: owner, kind: "adjustment", reason: null, initialGrant } as const;
        const taken = await store.adjust({ ...order, amount: -amount, key: scenario.token() });
        if (taken.type !== "applied") return;
        const returned = this.#random.chance(0.7) ? amount : 0;
        this.#spent += amount - returned;
        if (returned > 0) await store.adjust({ ...order, amount: returned, key: scenario.token() });
        return this.#note(`order ${owner} ${amount}, returned ${returned}`);
      }
      default:
        return this.#move(owner, this.#random.pick(this.#owners));
    }
  }

  /** Cancels as the owner, or ends as a worker with or without a refund. */
  async #end(id: string, ownerId: string): Promise<void> {
    const { scenario, store, advance } = this.#given;
    this.#active.delete(id);
    if (this.#random.chance(0.5)) {
      await store.requestCancel({ ownerId, id });
      return this.#note(`cancel ${id}`);
    }
    const claims = await store.claim({ models: [this.#model], limit: 100, leaseMs: 1, token: scenario.token() });
    const claim = claims.find(({ generation }) => generation.id === id);
    advance(1);
    if (claim === undefined) throw new Error(`${id} could not be claimed`);
    const { credits } = claim.generation;
    if (this.#random.chance(0.5)) {
      await scenario.settle(claim, { type: "failed", code: "internal" });
    } else {
      const attemptToken = scenario.token();
      await scenario.intent(claim, attemptToken);
      await scenario.result(claim, attemptToken);
      await scenario.settle(claim, { type: "completed", outputs: [output()] });
      this.#spent += credits;
    }
    return this.#note(`end ${id} of ${credits}`);
  }

  async #move(from: string, to: string): Promise<void> {
    if (from === to) return;
    await this.#given.store.transferOwner({ from, to, credits: "move", initialGrant });
    for (const [id, owner] of this.#active) if (owner === from) this.#active.set(id, to);
    this.#note(`move ${from} to ${to}`);
  }

  async #check(last: string, guests: readonly string[]): Promise<void> {
    const { scenario } = this.#given;
    const held = (await scenario.balance(last)) ?? 0;
    const left = await Promise.all(guests.map(async (guest) => (await scenario.balance(guest)) ?? 0));
    const story = `seed ${this.#seed}: ${held}, left ${left.join(" and ")}\n${this.#tally.join("\n")}`;
    expect(held, story).toBeLessThanOrEqual(initialGrant + this.#bought);
    for (const rest of left) expect(rest, story).toBeLessThanOrEqual(initialGrant);
    if (this.#spent === 0) expect(held, story).toBe(initialGrant + this.#bought);
  }

  #amount(): number {
    return this.#random.between(1, 12) * 10;
  }

  #note(what: string): void {
    this.#tally.push(what);
  }
}
