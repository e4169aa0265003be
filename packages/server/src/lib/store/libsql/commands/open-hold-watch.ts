import { openHoldsStatement } from "../statements/outbox.js";
import type { StatementRunner } from "./statement-runner.js";

/** The open holds of a worker's models. */
interface WatchedHolds {
  /**
   * Ids of the items that may be released: `authorize` has certainly ended, and no submit uses the hold.
   * A claim ignores those that have ended since they were read.
   */
  readonly ended: readonly number[];
  /** Milliseconds until the next one may be released, or until the next page; `null` without an open hold. */
  readonly nextInMs: number | null;
}

/** Max open holds of one read: a file blocks the thread. */
const pageSize = 1_000;
/** Max time until the next page of a turn, in milliseconds. */
const pageIntervalMs = 1_000;

/**
 * Decides when the holds of a database file are released. The clock of one process may be wrong by any amount, in both
 * directions, and a release during `authorize` would make the host refuse the submit. A process therefore releases an open
 * hold after it has seen it for the whole time, by its monotonic clock. A process that does not live as long releases it
 * when its time is confirmed.
 *
 * Each read sees one page of the holds. The pages of one turn together see all of them, so that the holds of one user never
 * hide those of others.
 */
export class OpenHoldWatch {
  readonly #runner: StatementRunner;
  readonly #isFile: boolean;
  /** Monotonic time at which an open hold may be released, by the id of its item. */
  #endsAt = new Map<number, number>();
  /** The same for the pages of this turn. At its end, the holds of earlier turns that it did not see are forgotten. */
  #turn = new Map<number, number>();
  /** Key of the last hold of the previous page; empty at the start of a turn. */
  #after = "";

  /** @param options.isFile the processes of a file have clocks of their own. A server has one. */
  constructor(runner: StatementRunner, { isFile }: { readonly isFile: boolean }) {
    this.#runner = runner;
    this.#isFile = isFile;
  }

  /** Argument of the statements that skip the open holds. */
  get skipsOpen(): 0 | 1 {
    return this.#isFile && !this.#runner.time.isExact ? 1 : 0;
  }

  async read(known: { readonly models: string; readonly topics: string }): Promise<WatchedHolds> {
    if (this.skipsOpen === 0 || !known.topics.includes("resolve_hold")) return { ended: [], nextInMs: null };
    await this.#readPage(known);
    const now = this.#runner.time.monotonicNow();
    const ended: number[] = [];
    let endsAt = this.#after === "" ? Number.POSITIVE_INFINITY : now + pageIntervalMs;
    for (const [id, at] of this.#endsAt) {
      if (at <= now) ended.push(id);
      endsAt = Math.min(endsAt, at);
    }
    return { ended, nextInMs: Number.isFinite(endsAt) ? Math.max(endsAt - now, 0) : null };
  }

  /** Forgets holds that a claim has released or no longer found. */
  forget(ids: readonly number[]): void {
    for (const id of ids) {
      this.#endsAt.delete(id);
      this.#turn.delete(id);
    }
  }

  async #readPage(known: { readonly models: string; readonly topics: string }): Promise<void> {
    const after = this.#after;
    const rows = await this.#runner.read(openHoldsStatement, { ...known, after, limit: pageSize });
    // A concurrent read has passed the page.
    if (this.#after !== after) return;
    const now = this.#runner.time.monotonicNow();
    for (const row of rows) {
      const id = Number(row.id);
      const endsAt = this.#endsAt.get(id) ?? now + Number(row.release_after);
      this.#endsAt.set(id, endsAt);
      this.#turn.set(id, endsAt);
    }
    this.#after = rows.length < pageSize ? "" : String(rows.at(-1)?.hold_key);
    if (this.#after !== "") return;
    this.#endsAt = this.#turn;
    this.#turn = new Map();
  }
}
