import type { GenerationRecord } from "../../src/lib/generation/generation-record.js";
import { isTerminalState, type TerminalState } from "../../src/lib/generation/generation-state.js";
import type { Dispatcher } from "../../src/lib/ports/dispatcher.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import { Scenario } from "../store-contract/scenario.js";
import type { Act, Cancel } from "./history.js";
import type { VirtualTime } from "./virtual-time.js";

/** Longer than any history. */
const keepMs = 30 * 86_400_000;
const names = ["ada", "bob", "cyd"] as const;

/** What the owners live with, and what all of their generations have in common. */
export interface SimulatedOwnersOptions {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly time: VirtualTime;
  readonly deadlineMs: number;
  readonly dropOnCancel: boolean;
}

/** How far an owner has seen a generation come. */
interface Seen {
  version: number;
  end: TerminalState | null;
}

/** What an owner knows of a generation. */
interface Known extends Seen {
  readonly ownerId: string;
  readonly cancels: Set<string>;
  /** A removal is on its way, or has come. */
  isLeaving: boolean;
  isRemoved: boolean;
}

/** What an owner has seen by following the changes. */
interface Watch {
  sequence: number;
  readonly versions: Map<string, number>;
}

/** The people: they submit, repeat, cancel, remove and look, and notice when a promise that they were given is broken. */
export class SimulatedOwners {
  readonly violations: string[] = [];
  cancels = 0;
  readonly #store: Store;
  readonly #dispatcher: Dispatcher;
  readonly #time: VirtualTime;
  readonly #scenario: Scenario;
  readonly #limits: { readonly deadlineMs: number; readonly dropOnCancel: boolean };
  /** By id; what was taken in, whether or not the owner heard of it. */
  readonly #known = new Map<string, Known>();
  /** The generation of each idempotency key. */
  readonly #byKey = new Map<string, string>();
  readonly #watches = new Map<string, Watch>(names.map((name) => [name, { sequence: 0, versions: new Map() }]));

  constructor({ store, dispatcher, time, ...limits }: SimulatedOwnersOptions) {
    this.#store = store;
    this.#dispatcher = dispatcher;
    this.#time = time;
    this.#scenario = new Scenario(store);
    this.#limits = limits;
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  async submit({ owner, key, isHeard }: Extract<Act, { type: "submit" }>): Promise<void> {
    const ownerId = names[owner % names.length] ?? "ada";
    const keyHash = `key-${key}`;
    const submission = { keyHash, fingerprint: "the same", keepMs };
    const verdict = await this.#scenario.submit({ ownerId, submission, initialGrant: 60, ...this.#limits });
    const before = this.#byKey.get(`${ownerId} ${keyHash}`);
    if (verdict.type === "accepted") {
      const { id } = verdict.generation;
      if (before !== undefined) this.violations.push(`${keyHash} of ${ownerId} made ${before} and ${id}`);
      this.#byKey.set(`${ownerId} ${keyHash}`, id);
      const { version } = verdict.generation;
      this.#known.set(id, { ownerId, version, end: null, cancels: new Set(), isLeaving: false, isRemoved: false });
      // Who dies before the answer wakes nobody either.
      if (isHeard) this.#dispatcher.enqueue({ generationId: id, dueInMs: 0 });
      else this.#time.foreignCommit();
    } else if (before !== undefined) {
      const isRemoved = this.#known.get(before)?.isRemoved;
      const replayed = verdict.type === "replayed" ? verdict.generation?.id : verdict.type;
      if (replayed !== (isRemoved ? undefined : before)) {
        this.violations.push(`${keyHash} of ${ownerId} made ${before} and was then answered with ${replayed}`);
      }
    }
  }

  async cancel(id: string, { copies }: Cancel): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined || known.isRemoved) return;
    const before: Seen = { version: known.version, end: known.end };
    const asked = Array.from({ length: copies }, () => this.#store.requestCancel({ ownerId: known.ownerId, id }));
    for (const verdict of await Promise.all(asked)) {
      // Who removes it meanwhile may come first.
      if (verdict === null && !known.isLeaving) this.violations.push(`${id} was not found by a cancel`);
      if (verdict !== null) this.#meet(id, verdict.generation, before);
      if (verdict?.applied !== true) continue;
      this.cancels += 1;
      // Flagged once, ended once: the second takes effect where the first one only left its wish.
      const effect = verdict.generation.state === "canceled" ? "ended" : "flagged";
      if (known.cancels.has(effect)) this.violations.push(`${id} was ${effect} twice by cancels`);
      known.cancels.add(effect);
      this.#dispatcher.enqueue({ generationId: id, dueInMs: 0 });
    }
  }

  /** Cancels whatever has not ended, as far as its owner knows. */
  async cancelActive(cancel: Cancel): Promise<void> {
    const active = [...this.#known].filter(([, { end }]) => end === null);
    await Promise.all(active.map(([id]) => this.cancel(id, cancel)));
  }

  async remove(id: string): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.isLeaving = true;
    const verdict = await this.#store.remove({ ownerId: known.ownerId, id });
    known.isLeaving = verdict === "removed";
    if (verdict === "removed") known.isRemoved = true;
    if (verdict === "not_found") this.violations.push(`${id} was not found to be removed`);
    if (verdict === "not_terminal" && known.end !== null) this.violations.push(`${id} had ended and was not removed`);
  }

  async look(): Promise<void> {
    for (const [id, known] of this.#known) {
      const before: Seen = { version: known.version, end: known.end };
      const generation = await this.#store.get({ ownerId: known.ownerId, id });
      if (known.isRemoved !== (generation === null))
        this.violations.push(`${id} ${generation ? "came back" : "was lost"}`);
      if (generation !== null) this.#meet(id, generation, before);
    }
    for (const [ownerId, watch] of this.#watches) await this.#catchUp(ownerId, watch);
  }

  /** Checks what must hold when everything is at rest, and tells how each generation ended. */
  async takeStock(): Promise<ReadonlyMap<string, TerminalState>> {
    await this.look();
    for (const [id, { end, ownerId, version, isRemoved }] of this.#known) {
      if (end === null && !isRemoved) this.violations.push(`${id} has not ended`);
      const watched = this.#watches.get(ownerId)?.versions.get(id);
      if (!isRemoved && watched !== version) {
        this.violations.push(`${id} is at version ${version} and its watcher at ${watched}`);
      }
    }
    const ends = [...this.#known].map(([id, { end }]) => [id, end] as const);
    return new Map(ends.filter((each): each is readonly [string, TerminalState] => each[1] !== null));
  }

  /** @param before what was known when the question was sent: answers may overtake each other. */
  #meet(id: string, { state, version }: GenerationRecord, before: Seen): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    if (version < before.version) this.violations.push(`${id} went back from version ${before.version} to ${version}`);
    if (before.end !== null && state !== before.end) this.violations.push(`${id} was ${before.end} and is ${state}`);
    known.version = Math.max(version, known.version);
    if (!isTerminalState(state)) return;
    if (known.end !== null && known.end !== state) this.violations.push(`${id} ended as ${known.end} and as ${state}`);
    known.end = state;
  }

  async #catchUp(ownerId: string, watch: Watch): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const changes = await this.#store.changedAfter({ ownerId, sequence: watch.sequence, limit: 3 });
      for (const { id, version } of changes.changed) {
        const before = watch.versions.get(id) ?? 0;
        if (version <= before) this.violations.push(`${id} came in version ${version} after ${before}`);
        watch.versions.set(id, version);
      }
      if (changes.sequence < watch.sequence) this.violations.push(`the sequence of ${ownerId} went back`);
      watch.sequence = changes.sequence;
      hasMore = changes.hasMore;
    }
  }
}
