import type { ClockJump } from "../../ports/clock-jump.js";
import { maxLeaseMs } from "../../ports/due-limits.js";
import type { ClaimCommand, DueGeneration } from "../../ports/store-commands.js";
import type { SqlRow } from "./executor.js";
import { readClockStatement } from "./guards.js";
import type { Session } from "./session.js";
import { findDueByOwnerStatement, findDueStatement, findTooFarStatement } from "./statements/claim.js";
import type { DueTimes } from "./steady-clock.js";

/** Rows read beyond the limit, so that `choose` has alternatives. */
const spareRows = 16;
/** Owners whose first due generation is read at once. */
const ownersAtOnce = 16;

/** A read that returned every due row. */
export interface CompleteRead {
  readonly models: string;
  /** When it began, of the monotonic clock. */
  readonly readAt: number;
}

/** Rows that a claim may take. */
export interface DueRead {
  readonly due: readonly DueGeneration[];
  /** `null` if a due row was not read, or not chosen, or if the read was for no model: it skips rows that are not overdue. */
  readonly complete: CompleteRead | null;
}

/**
 * Keeps in memory: the owner to continue from, when each late lease was first seen, and the last complete read. A process
 * that starts without these loses nothing.
 */
export class DueReader {
  readonly #session: Session;
  readonly #onClockJump: (jump: ClockJump) => void;
  #ownersAfter = "";
  #lateLeases: ReadonlyMap<string, LateLease> = new Map();
  #lastRead: CompleteRead | null = null;

  constructor(session: Session, onClockJump: (jump: ClockJump) => void) {
    this.#session = session;
    this.#onClockJump = onClockJump;
  }

  /**
   * Returns rows whose due time only a wrong clock explains, then the longest due. With `choose`, reads more rows than
   * `limit`. If more are due than were read, adds the first due row of the next owners.
   */
  async read(command: Omit<ClaimCommand, "token">): Promise<DueRead> {
    const { choose, limit } = command;
    const models = JSON.stringify(command.models);
    const count = choose === undefined ? limit : limit + spareRows;
    const { readAt, tooFar, due } = await this.#readSteadily({ ...command, limit: count });
    const found = [...this.#abandoned(tooFar), ...due].map(toDue);
    const isWhole = due.length < count;
    const offered = isWhole || choose === undefined ? found : [...found, ...(await this.#firstOfOwners(models, found))];
    const chosen = choose?.(offered) ?? found.slice(0, limit);
    const isComplete = isWhole && chosen.length === offered.length && command.models.length > 0;
    return { due: chosen, complete: isComplete ? { models, readAt } : null };
  }

  /** Call it after the claim: by then, this process or another has claimed every row of a complete read. */
  recordRead({ complete }: DueRead): void {
    this.#lastRead = complete ?? this.#lastRead;
  }

  /** Reads again if the clock turned out to be ahead: at most once for each of the two kinds of evidence. */
  async #readSteadily({ leaseMs, limit, models }: Omit<ClaimCommand, "token">) {
    const { clock, monotonicNow } = this.#session;
    const args = { models: JSON.stringify(models), leaseMs: Math.ceil(leaseMs), limit };
    const statements = [readClockStatement, findTooFarStatement, findDueStatement];
    for (let reads = 1; ; reads += 1) {
      const readAt = monotonicNow();
      const [[time] = [], tooFar = [], due = []] = await this.#session.readAll(statements, args);
      const jumpMs = clock.read({ now: Number(time?.now), askedAt: readAt, answeredAt: monotonicNow() });
      if (jumpMs !== 0) this.#onClockJump({ reason: "jumped", byMs: jumpMs, aheadMs: clock.aheadMs });
      if (reads > 2 || (jumpMs === 0 && !this.#isAheadOfOthers(due, { ...args, models })))
        return { readAt, tooFar, due };
    }
  }

  #isAheadOfOthers(
    due: readonly SqlRow[],
    { leaseMs, models }: { readonly leaseMs: number; readonly models: readonly string[] },
  ): boolean {
    const { clock } = this.#session;
    if (this.#lastRead?.models !== JSON.stringify(models)) return false;
    // Earlier reads skipped rows of other models, which are due by their deadline only.
    const known = due.filter(({ model }) => models.includes(String(model)));
    const wasAheadMs = clock.aheadMs;
    const byMs = clock.compare(
      known.map((row) => toDueTimes(row, leaseMs)),
      this.#lastRead,
    );
    // Log once, not again whenever the correction has shrunk by a few seconds.
    if (byMs > 0 && wasAheadMs === 0) this.#onClockJump({ reason: "ahead", byMs, aheadMs: clock.aheadMs });
    return byMs > 0;
  }

  /**
   * The holder of a lease that ends too late may be alive, with a wrong clock: then it renews the lease every third of it.
   * The holder's lease may be longer than this worker's, so the wait depends on the max lease.
   */
  #abandoned(tooFar: readonly SqlRow[]): readonly SqlRow[] {
    const at = this.#session.monotonicNow();
    const leases = new Map<string, LateLease>();
    const abandoned = tooFar.filter((row) => {
      if (row.leased !== 1) return true;
      const [id, dueAt] = [String(row.id), Number(row.due_at)];
      const seen = this.#lateLeases.get(id);
      const since = seen?.dueAt === dueAt ? seen.since : at;
      leases.set(id, { dueAt, since });
      return at - since >= maxLeaseMs / 2;
    });
    this.#lateLeases = leases;
    return abandoned;
  }

  async #firstOfOwners(models: string, read: readonly DueGeneration[]): Promise<readonly DueGeneration[]> {
    const args = { models, owners: ownersAtOnce, ownersAfter: this.#ownersAfter };
    const owners = await this.#session.read(findDueByOwnerStatement, args);
    // After the last owner, the first one is next.
    this.#ownersAfter = owners.length < ownersAtOnce ? "" : String(owners.at(-1)?.owner_id);
    const seen = new Set(read.map(({ id }) => id));
    return owners.filter(({ id }) => id !== null && !seen.has(String(id))).map(toDue);
  }
}

/** When a lease ends, and since when that has not changed, of the monotonic clock. */
interface LateLease {
  readonly dueAt: number;
  readonly since: number;
}

/** Renewing a lease writes only its end. Assumes this worker's lease: a holder with a longer one seems to have renewed later. */
function toDueTimes(row: SqlRow, leaseMs: number): DueTimes {
  const [dueAt, touchedAt] = [Number(row.due_at), Number(row.touched_at)];
  return { dueAt, writtenAt: row.leased === 1 ? Math.max(touchedAt, dueAt - leaseMs) : touchedAt };
}

function toDue({ id, owner_id, model }: SqlRow): DueGeneration {
  return { id: String(id), ownerId: String(owner_id), model: String(model) };
}
