import type { GenerationRecord } from "../../src/lib/generation/generation-record.js";
import { isTerminalState, type TerminalState } from "../../src/lib/generation/generation-state.js";
import type { Dispatcher } from "../../src/lib/ports/dispatcher.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import { checkedRequest } from "../media/withheld-outputs.js";
import { Scenario } from "../store-contract/scenario.js";
import type { Act, Cancel } from "./history.js";
import type { VirtualTime } from "./virtual-time.js";

/** Idempotency keys are kept for longer than any history. */
const keepMs = 30 * 86_400_000;
const names = ["ada", "bob", "cyd"] as const;

/** Dependencies of the owners, and the settings of all their generations. */
export interface SimulatedOwnersOptions {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly time: VirtualTime;
  readonly deadlineMs: number;
  readonly dropOnCancel: boolean;
}

/** The newest version of a generation that the owner has read. */
interface Seen {
  version: number;
  end: TerminalState | null;
}

/** A generation as its owner knows it. */
interface Known extends Seen {
  readonly ownerId: string;
  readonly cancels: Set<string>;
  /** Whether a removal is in flight or was applied. */
  isRemoving: boolean;
  isRemoved: boolean;
}

/** Position of an owner in the change log, and the versions that it has returned. */
interface ChangeCursor {
  sequence: number;
  readonly versions: Map<string, number>;
}

/** The owners of a history. They submit, retry, cancel, remove and read, and record each broken guarantee. */
export class SimulatedOwners {
  readonly violations: string[] = [];
  cancels = 0;
  readonly #store: Store;
  readonly #dispatcher: Dispatcher;
  readonly #time: VirtualTime;
  readonly #scenario: Scenario;
  readonly #limits: { readonly deadlineMs: number; readonly dropOnCancel: boolean };
  /** Accepted generations by id, including those whose response the owner did not receive. */
  readonly #known = new Map<string, Known>();
  /** Generation id by owner and idempotency key. */
  readonly #byKey = new Map<string, string>();
  readonly #cursors = new Map<string, ChangeCursor>(names.map((name) => [name, { sequence: 0, versions: new Map() }]));

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

  async submit({ owner, key, isAcknowledged }: Extract<Act, { type: "submit" }>): Promise<void> {
    const ownerId = names[owner % names.length] ?? "ada";
    const keyHash = `key-${key}`;
    const idempotencyKey = { keyHash, fingerprint: "the same", keepMs };
    const given = { ownerId, idempotencyKey, initialGrant: 60, ...checkedRequest(key) };
    const verdict = await this.#scenario.submit({ ...given, ...this.#limits });
    const before = this.#byKey.get(`${ownerId} ${keyHash}`);
    if (verdict.type === "accepted") {
      const { id } = verdict.generation;
      if (before !== undefined) this.violations.push(`${keyHash} of ${ownerId} created ${before} and ${id}`);
      this.#byKey.set(`${ownerId} ${keyHash}`, id);
      const { version } = verdict.generation;
      this.#known.set(id, { ownerId, version, end: null, cancels: new Set(), isRemoving: false, isRemoved: false });
      // A process that crashes before the response does not wake its workers either.
      if (isAcknowledged) this.#dispatcher.enqueue({ generationId: id, dueInMs: 0 });
      else this.#time.foreignCommit();
    } else if (before !== undefined) {
      const isRemoved = this.#known.get(before)?.isRemoved;
      const replayed = verdict.type === "replayed" ? verdict.generation?.id : verdict.type;
      if (replayed !== (isRemoved ? undefined : before)) {
        this.violations.push(`${keyHash} of ${ownerId} created ${before} and then replayed ${replayed}`);
      }
    }
  }

  async cancel(id: string, { copies }: Cancel): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined || known.isRemoved) return;
    const before: Seen = { version: known.version, end: known.end };
    const requests = Array.from({ length: copies }, () => this.#store.requestCancel({ ownerId: known.ownerId, id }));
    for (const verdict of await Promise.all(requests)) {
      // A concurrent removal may be applied first.
      if (verdict === null && !known.isRemoving) this.violations.push(`${id} was not found by a cancel`);
      if (verdict !== null) this.#recordRead(id, verdict.generation, before);
      if (verdict?.applied !== true) continue;
      this.cancels += 1;
      // Two cancels may both be applied: the first one flags a generation, and a later one can end it.
      const effect = verdict.generation.state === "canceled" ? "ended" : "flagged";
      if (known.cancels.has(effect)) this.violations.push(`${id} was ${effect} twice by cancels`);
      known.cancels.add(effect);
      this.#dispatcher.enqueue({ generationId: id, dueInMs: 0 });
    }
  }

  /** Cancels all generations that have not ended as far as their owners know. */
  async cancelActive(cancel: Cancel): Promise<void> {
    const active = [...this.#known].filter(([, { end }]) => end === null);
    await Promise.all(active.map(([id]) => this.cancel(id, cancel)));
  }

  async remove(id: string): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.isRemoving = true;
    const { type } = await this.#store.remove({ ownerId: known.ownerId, id });
    known.isRemoving = type === "removed";
    if (type === "removed") known.isRemoved = true;
    if (type === "not_found") this.violations.push(`${id} was not found by a removal`);
    if (type === "not_terminal" && known.end !== null) this.violations.push(`${id} had ended and was not removed`);
  }

  async refresh(): Promise<void> {
    for (const [id, known] of this.#known) {
      const before: Seen = { version: known.version, end: known.end };
      const generation = await this.#store.get({ ownerId: known.ownerId, id });
      if (known.isRemoved !== (generation === null))
        this.violations.push(`${id} ${generation ? "came back" : "was lost"}`);
      if (generation !== null) this.#recordRead(id, generation, before);
    }
    for (const [ownerId, cursor] of this.#cursors) await this.#catchUp(ownerId, cursor);
  }

  /** Checks the guarantees after all work has ended. Returns the terminal state of each generation. */
  async checkFinalState(): Promise<ReadonlyMap<string, TerminalState>> {
    await this.refresh();
    for (const [id, { end, ownerId, version, isRemoved }] of this.#known) {
      if (end === null && !isRemoved) this.violations.push(`${id} has not ended`);
      const watched = this.#cursors.get(ownerId)?.versions.get(id);
      if (!isRemoved && watched !== version) {
        this.violations.push(`${id} is at version ${version}, and its change log at ${watched}`);
      }
    }
    const ends = [...this.#known].map(([id, { end }]) => [id, end] as const);
    return new Map(ends.filter((each): each is readonly [string, TerminalState] => each[1] !== null));
  }

  /** @param before the owner's knowledge when the request was sent. Responses may arrive out of order. */
  #recordRead(id: string, { failureCode, state, version }: GenerationRecord, before: Seen): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    if (version < before.version) this.violations.push(`${id} went back from version ${before.version} to ${version}`);
    if (before.end !== null && state !== before.end) this.violations.push(`${id} was ${before.end} and is ${state}`);
    if (failureCode === "output_rejected") this.violations.push(`${id} has an output of another kind`);
    known.version = Math.max(version, known.version);
    if (!isTerminalState(state)) return;
    if (known.end !== null && known.end !== state) this.violations.push(`${id} ended as ${known.end} and as ${state}`);
    known.end = state;
  }

  async #catchUp(ownerId: string, cursor: ChangeCursor): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const changes = await this.#store.changedAfter({ ownerId, sequence: cursor.sequence, limit: 3 });
      for (const { id, version } of changes.changed) {
        const before = cursor.versions.get(id) ?? 0;
        if (version <= before) this.violations.push(`${id} was returned in version ${version} after version ${before}`);
        cursor.versions.set(id, version);
      }
      if (changes.sequence < cursor.sequence) this.violations.push(`the sequence of ${ownerId} went back`);
      cursor.sequence = changes.sequence;
      hasMore = changes.hasMore;
    }
  }
}
