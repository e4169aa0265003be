import type { ClaimedGeneration } from "../../packages/server/src/lib/generation/generation-record.js";
import type { GenerationState } from "../../packages/server/src/lib/generation/generation-state.js";
import type { OpenHold } from "../../packages/server/src/lib/ports/store/hold-store.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";

/** Arguments of an act. */
export interface ActContext {
  /** A store on the world's database. */
  readonly store: Store;
  readonly world: World;
  readonly random: SeededRandom;
}

/** One call of a store, with random arguments. Returns its verdict or what it read. */
export type Act = (context: ActContext) => Promise<unknown>;

/** Names that sort differently by bytes, by code units and by language. */
const owners = ["ada", "Bob", "çyd", "d_e", "d-e", "🦊"] as const;

/** A claim may be used after others: a write under an old lease must have no effect. */
const maxClaims = 12;
const maxSent = 10;

/** The ids that the acts of one database know, and defaults for their commands. Equal acts give equal commands. */
export class World {
  readonly owners: readonly string[] = owners;
  readonly scenario: Scenario;
  /** A round duration, in milliseconds: all leases, limits and delays are multiples of it. */
  readonly unitMs: number;
  readonly generations: string[] = [];
  readonly inputs: string[] = [];
  readonly outboxItems: number[] = [];
  /** Claims of notices, with what they returned. */
  readonly noticeClaims: { readonly ownerId: string; readonly claim: string; readonly ids: readonly string[] }[] = [];
  erasurePosition = 0;
  /** Holds that the host has opened, with the owner of their submit. */
  readonly holds: (OpenHold & { readonly ownerId: string })[] = [];
  /** The host's ledger: the captured credits of each resolved hold. */
  readonly resolved = new Map<string, number>();
  readonly groups: { readonly ownerId: string; readonly groupId: string }[] = [];
  /** Time of the latest accepted submit, by the database's clock. */
  acceptedAt: number | null = null;
  readonly #node: number;
  readonly #sent: (() => Promise<unknown>)[] = [];
  readonly #claims: ClaimedGeneration[] = [];
  readonly #attempts = new Map<string, string>();
  readonly #states = new Map<string, GenerationState>();
  readonly #owners = new Map<string, string>();
  #count = 0;

  /** @param options.node number of the process: ids of different processes differ. */
  constructor(store: Store, { node = 0, unitMs }: { readonly node?: number; readonly unitMs: number }) {
    this.#node = node;
    this.scenario = new Scenario(store);
    this.unitMs = unitMs;
  }

  /** A new id that sorts after the earlier ones of this process. */
  newId(prefix: "gen" | "grp" | "inp"): string {
    this.#count += 1;
    return `${prefix}_00000000-0000-7000-8000-${String(this.#node).padStart(4, "0")}${String(this.#count).padStart(8, "0")}`;
  }

  newToken(): string {
    this.#count += 1;
    return `token-${this.#node}-${this.#count}`;
  }

  /** Keeps a call that may be sent again, as after a lost response. */
  remember(call: () => Promise<unknown>): void {
    this.#sent.push(call);
    if (this.#sent.length > maxSent) this.#sent.shift();
  }

  /** Sends one of the last calls again. */
  async repeat(random: SeededRandom): Promise<unknown> {
    return this.#sent.at(-random.between(1, maxSent))?.();
  }

  /** Half of all acts concern two owners, who therefore have many generations. */
  owner(random: SeededRandom): string {
    return random.chance(0.5) ? random.pick([owners[0], owners[1]]) : random.pick(owners);
  }

  /** An account of one owner, or one that several owners pay from. */
  account(random: SeededRandom): string {
    return random.chance(0.2) ? "team" : this.owner(random);
  }

  /** A recent generation, or one that does not exist. */
  generation(random: SeededRandom): string {
    return recent(random, this.generations) ?? "gen_none";
  }

  /** A recent generation, mostly with its owner. */
  owned(random: SeededRandom): { readonly ownerId: string; readonly id: string } {
    const id = this.generation(random);
    const other = this.owner(random);
    return { ownerId: random.chance(0.85) ? (this.#owners.get(id) ?? other) : other, id };
  }

  recordGeneration({
    id,
    ownerId,
    state,
  }: {
    readonly id: string;
    readonly ownerId: string;
    readonly state: GenerationState;
  }): void {
    // Another process may have submitted it.
    if (!this.#owners.has(id)) this.generations.push(id);
    this.#owners.set(id, ownerId);
    this.#states.set(id, state);
  }

  /** A recent hold, or one that was never opened. */
  hold(random: SeededRandom): OpenHold & { readonly ownerId: string } {
    const ownerId = this.owner(random);
    return recent(random, this.holds) ?? { key: "gen_none", accountId: ownerId, credits: 1, ownerId };
  }

  input(random: SeededRandom): string {
    return recent(random, this.inputs) ?? "inp_none";
  }

  /** A duration of `min` to `max` units. */
  span(random: SeededRandom, [min, max]: readonly [min: number, max: number]): number {
    return random.between(min, max) * this.unitMs;
  }

  recordClaims(claims: readonly ClaimedGeneration[]): void {
    this.#claims.push(...claims);
    this.#claims.splice(0, this.#claims.length - maxClaims);
    for (const { generation, attempt } of claims) {
      if (attempt !== null) this.#attempts.set(generation.id, attempt.token);
      this.recordGeneration(generation);
    }
  }

  /** A claim whose lease may be lost; `null` before the first one. */
  claim(random: SeededRandom): ClaimedGeneration | null {
    return recent(random, this.#claims);
  }

  /** Records the effect of a write under a claim. */
  // biome-ignore lint/complexity/useMaxParams: a claim, and what became of it
  recordWrite({ generation: { id } }: ClaimedGeneration, state: GenerationState, attemptToken: string | null): void {
    this.#states.set(id, state);
    if (attemptToken !== null) this.#attempts.set(id, attemptToken);
  }

  /** The state as far as the acts know. */
  stateOf(id: string): GenerationState {
    return this.#states.get(id) ?? "queued";
  }

  attemptOf(id: string): string {
    return this.#attempts.get(id) ?? "no attempt";
  }
}

/** One of the last ten, mostly one of the last three. */
function recent<T>(random: SeededRandom, all: readonly T[]): T | null {
  const back = random.between(1, random.chance(0.7) ? 3 : 10);
  return all.at(-Math.min(back, all.length)) ?? null;
}
