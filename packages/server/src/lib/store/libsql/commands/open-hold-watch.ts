import { openHoldsStatement } from "../statements/outbox.js";
import type { StatementRunner } from "./statement-runner.js";

/** The open holds of a worker's models. */
interface WatchedHolds {
  /** Ids of the items that may be released: `authorize` has certainly ended, and no submit uses the hold. */
  readonly ended: readonly number[];
  /** Milliseconds until the next one may be released; `null` without an open hold. */
  readonly nextInMs: number | null;
}

/**
 * Decides when the holds of a database file are released. The clock of one process may be wrong by any amount, in both
 * directions, and a release during `authorize` would make the host refuse the submit. A process therefore releases an open
 * hold after it has seen it for the whole time, by its monotonic clock. A process that does not live as long releases it
 * when its time is confirmed.
 */
export class OpenHoldWatch {
  readonly #runner: StatementRunner;
  readonly #isFile: boolean;
  /** Monotonic time of the first read of an open hold, by the id of its item. */
  #seenAt = new Map<number, number>();

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
    const rows = await this.#runner.read(openHoldsStatement, known);
    const now = this.#runner.time.monotonicNow();
    const holds = rows.map((row) => {
      const id = Number(row.id);
      const seenAt = this.#seenAt.get(id) ?? now;
      return { id, seenAt, leftMs: seenAt + Number(row.release_after) - now };
    });
    this.#seenAt = new Map(holds.map(({ id, seenAt }) => [id, seenAt]));
    const ended = holds.filter(({ leftMs }) => leftMs <= 0).map(({ id }) => id);
    const nextInMs = holds.length === 0 ? null : Math.max(Math.min(...holds.map(({ leftMs }) => leftMs)), 0);
    return { ended, nextInMs };
  }
}
