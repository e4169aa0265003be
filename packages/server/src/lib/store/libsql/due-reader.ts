import type { ClockJump } from "../../ports/clock-jump.js";
import type { ClaimCommand, DueGeneration } from "../../ports/store-commands.js";
import type { SqlRow } from "./executor.js";
import { readClockStatement } from "./guards.js";
import type { Session } from "./session.js";
import { findDueByOwnerStatement, findDueStatement, findTooFarStatement } from "./statements/claim.js";
import type { DueTimes } from "./steady-clock.js";

/** So many more than there is room for are read, so that there is something to choose from. */
const spareRows = 16;
/** Owners whose first due generation is read at once. */
const ownersAtOnce = 16;

/** A look at what is due that found all of it. */
export interface CompleteLook {
  readonly models: string;
  /** When it began, of the monotonic clock. */
  readonly lookedAt: number;
}

/** What a command may claim. */
export interface DueRead {
  readonly due: readonly DueGeneration[];
  /** `null` where something due was not read, or not chosen. */
  readonly look: CompleteLook | null;
}

/**
 * Reads what may be claimed. It remembers where the turn of the owners is, since when leases that end too late were not
 * renewed, and when it last found all that was due: a process that starts without these loses nothing.
 */
export class DueReader {
  readonly #session: Session;
  readonly #onClockJump: (jump: ClockJump) => void;
  #ownersAfter = "";
  #lateLeases: ReadonlyMap<string, LateLease> = new Map();
  #lastLook: CompleteLook | null = null;

  constructor(session: Session, onClockJump: (jump: ClockJump) => void) {
    this.#session = session;
    this.#onClockJump = onClockJump;
  }

  /**
   * What the command may claim. First what is due too late, as a clock was ahead; then the longest due. For a caller that
   * chooses, there is more than it has room for, and where more is due than is read, the first of some other owners.
   */
  async read(command: Omit<ClaimCommand, "token">): Promise<DueRead> {
    const { choose, leaseMs, limit } = command;
    const models = JSON.stringify(command.models);
    const count = choose === undefined ? limit : limit + spareRows;
    const { lookedAt, tooFar, due } = await this.#readSteadily({ ...command, limit: count });
    const found = [...this.#abandoned(tooFar, leaseMs), ...due].map(toDue);
    const isWhole = due.length < count;
    if (choose === undefined) {
      return { due: found.slice(0, limit), look: isWhole && found.length <= limit ? { models, lookedAt } : null };
    }
    const offered = isWhole ? found : [...found, ...(await this.#firstOfOwners(models, found))];
    const chosen = choose(offered);
    return { due: chosen, look: isWhole && chosen.length === offered.length ? { models, lookedAt } : null };
  }

  /** All that was read is claimed, by this process or another. */
  claimed({ look }: DueRead): void {
    this.#lastLook = look ?? this.#lastLook;
  }

  /** Reads again where the clock turned out to be ahead: at most once for each of the two reasons. */
  async #readSteadily({ leaseMs, limit, models }: Omit<ClaimCommand, "token">) {
    const { clock, monotonicNow } = this.#session;
    const args = { models: JSON.stringify(models), leaseMs: Math.ceil(leaseMs), limit };
    const statements = [readClockStatement, findTooFarStatement, findDueStatement];
    for (let reads = 1; ; reads += 1) {
      const lookedAt = monotonicNow();
      const [[time] = [], tooFar = [], due = []] = await this.#session.readAll(statements, args);
      const jumpMs = clock.read({ now: Number(time?.now), askedAt: lookedAt, answeredAt: monotonicNow() });
      if (jumpMs !== 0) this.#onClockJump({ reason: "jumped", byMs: jumpMs, aheadMs: clock.aheadMs });
      if (reads > 2 || (jumpMs === 0 && !this.#isAheadOfOthers(due, { ...args, models })))
        return { lookedAt, tooFar, due };
    }
  }

  #isAheadOfOthers(
    due: readonly SqlRow[],
    { leaseMs, models }: { readonly leaseMs: number; readonly models: readonly string[] },
  ): boolean {
    const { clock } = this.#session;
    if (this.#lastLook?.models !== JSON.stringify(models)) return false;
    // What is due by its deadline alone was passed over before.
    const known = due.filter(({ model }) => models.includes(String(model)));
    const wasAheadMs = clock.aheadMs;
    const byMs = clock.compare(
      known.map((row) => toDueTimes(row, leaseMs)),
      this.#lastLook,
    );
    // Once, and not each time that a correction has shrunk by some seconds.
    if (byMs > 0 && wasAheadMs === 0) this.#onClockJump({ reason: "ahead", byMs, aheadMs: clock.aheadMs });
    return byMs > 0;
  }

  /** The holder of a lease that ends too late may be alive, with the wrong clock: then it renews the lease. */
  #abandoned(tooFar: readonly SqlRow[], leaseMs: number): readonly SqlRow[] {
    const at = this.#session.monotonicNow();
    const leases = new Map<string, LateLease>();
    const abandoned = tooFar.filter((row) => {
      if (row.leased !== 1) return true;
      const [id, dueAt] = [String(row.id), Number(row.due_at)];
      const seen = this.#lateLeases.get(id);
      const since = seen?.dueAt === dueAt ? seen.since : at;
      leases.set(id, { dueAt, since });
      return at - since >= leaseMs / 2;
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

/** Renewing a lease writes nothing but its end. */
function toDueTimes(row: SqlRow, leaseMs: number): DueTimes {
  const [dueAt, touchedAt] = [Number(row.due_at), Number(row.touched_at)];
  return { dueAt, writtenAt: row.leased === 1 ? Math.max(touchedAt, dueAt - leaseMs) : touchedAt };
}

function toDue({ id, owner_id, model }: SqlRow): DueGeneration {
  return { id: String(id), ownerId: String(owner_id), model: String(model) };
}
