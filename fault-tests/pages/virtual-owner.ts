import type { ActiveResponse, Generation } from "@safelight/client/contract";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { Snapshot } from "./snapshot.js";
import { generationOf } from "./wire-responses.js";

/** A change as an event of the client names it. */
export type Change = Generation | { readonly id: string; readonly sequence: number };

interface Commit {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly snapshot: Snapshot;
}

/** A restore of a backup. */
interface Restore {
  readonly at: number;
  /** The sequence of the backup: later ones were undone. */
  readonly sequence: number;
}

/** Each change costs this much. */
const price = 4;

/** The rows of one owner: the commits since the last restore, and the changes of the whole history. */
export class VirtualOwner {
  readonly tag: string;
  readonly #clock: Clock;
  /** Oldest first. The first one is the backup after a restore. */
  #commits: Commit[];
  #backup: Snapshot;
  readonly #restores: Restore[] = [];
  /** Each change of the history, by its sequence. */
  readonly #log = new Map<number, string>();
  #stamp = 0;

  constructor(tag: string, { clock, balance }: { readonly clock: Clock; readonly balance: number }) {
    this.tag = tag;
    this.#clock = clock;
    this.#backup = { sequence: 0, logStart: 0, generations: new Map(), deleted: new Map(), balance };
    this.#commits = [{ at: clock.now(), snapshot: this.#backup }];
  }

  get newest(): Snapshot {
    return this.at(0);
  }

  /** The snapshot of a replica that is this many milliseconds behind. */
  at(lagMs: number): Snapshot {
    const [first] = this.#commits;
    if (first === undefined) throw new Error("The owner has no commit.");
    return (this.#commits.findLast(({ at }) => at <= this.#clock.now() - lagMs) ?? first).snapshot;
  }

  change(id: string): void {
    const { sequence, generations, deleted, balance } = this.newest;
    const version = (generations.get(id)?.version ?? 0) + 1;
    // After a restore the same version may return with other content; the stamp makes them differ.
    this.#stamp += 1;
    const given = { id, version, sequence: sequence + 1, ownerTag: this.tag, metadata: { stamp: this.#stamp } };
    const changed = generationOf(given);
    const others = new Map(deleted);
    others.delete(id);
    this.#commit(changed, {
      generations: new Map(generations).set(id, changed),
      deleted: others,
      balance: balance - price,
    });
  }

  delete(id: string): void {
    const { sequence, generations, deleted } = this.newest;
    if (!generations.has(id)) return;
    const others = new Map(generations);
    others.delete(id);
    const change = { id, sequence: sequence + 1 };
    this.#commit(change, { generations: others, deleted: new Map(deleted).set(id, change.sequence) });
  }

  /** Moves everything to another owner, which restarts the log of this one. */
  transferTo(other: VirtualOwner): void {
    const { sequence, generations } = this.newest;
    for (const id of generations.keys()) other.change(id);
    const logStart = sequence + 1;
    this.#commit({ id: "transfer", sequence: logStart }, { generations: new Map(), deleted: new Map(), logStart });
  }

  backUp(): void {
    this.#backup = this.newest;
  }

  /** @returns the sequence of the backup. */
  restore(): number {
    const { sequence } = this.#backup;
    const at = this.#clock.now();
    for (const undone of [...this.#log.keys()]) if (undone > sequence) this.#log.delete(undone);
    this.#commits = [{ at, snapshot: this.#backup }];
    this.#restores.push({ at, sequence });
    return sequence;
  }

  /** The time of the last change. */
  get changedAt(): number {
    return this.#commits.at(-1)?.at ?? 0;
  }

  /** The time of the first change after a sequence; `null` if there is none. */
  changedAfter(sequence: number): number | null {
    return this.#commits.find(({ snapshot }) => snapshot.sequence > sequence)?.at ?? null;
  }

  /** The time of the last restore; 0 without one. */
  get restoredAt(): number {
    return this.#restores.at(-1)?.at ?? 0;
  }

  /** Whether a change is one of a history that a restore has undone. */
  hasUndone(change: Change): boolean {
    return this.#log.get(change.sequence) !== keyOf(change);
  }

  /** Whether a response of `active` is one of a history that a restore has undone. */
  hasUndoneSnapshot({ sequence, serverTime }: ActiveResponse): boolean {
    const servedAt = Date.parse(serverTime);
    return this.#restores.some((restore) => servedAt <= restore.at && sequence > restore.sequence);
  }

  #commit(change: Change, changes: Partial<Snapshot>): void {
    this.#log.set(change.sequence, keyOf(change));
    const snapshot = { ...this.newest, ...changes, sequence: change.sequence };
    this.#commits.push({ at: this.#clock.now(), snapshot });
  }
}

/** Deletions of one generation at one sequence are equal, whatever history they are of. */
function keyOf(change: Change): string {
  return "status" in change ? `${change.id} ${JSON.stringify(change.metadata)}` : `${change.id} deleted`;
}
