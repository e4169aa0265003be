import type { ClaimCommand, DueGeneration } from "../../ports/store-commands.js";
import type { SqlRow } from "./executor.js";
import type { Session } from "./session.js";
import { findDueByOwnerStatement, findDueStatement, findTooFarStatement } from "./statements/claim.js";

/** So many more than there is room for are read, so that there is something to choose from. */
const spareRows = 64;
/** Owners whose first due generation is read at once. */
const ownersAtOnce = 16;

/**
 * Reads what may be claimed. It remembers where the turn of the owners is, and since when leases that end too late were
 * not renewed: a process that starts without both loses nothing.
 */
export class DueReader {
  readonly #session: Session;
  #ownersAfter = "";
  #lateLeases: ReadonlyMap<string, LateLease> = new Map();

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * What the command may claim. First what is due too late, as a clock was ahead; then the longest due. For a caller that
   * chooses, there is more than it has room for, and where more is due than is read, the first of some other owners.
   */
  async read(command: Omit<ClaimCommand, "token">): Promise<readonly DueGeneration[]> {
    const { choose, leaseMs, limit } = command;
    const models = JSON.stringify(command.models);
    const count = choose === undefined ? limit : limit + spareRows;
    const args = { models, leaseMs: Math.ceil(leaseMs), limit: count };
    const [tooFar = [], due = []] = await this.#session.readAll([findTooFarStatement, findDueStatement], args);
    const longest = [...this.#abandoned(tooFar, leaseMs), ...due].map(toDue);
    if (choose === undefined) return longest.slice(0, limit);
    return choose(due.length < count ? longest : [...longest, ...(await this.#firstOfOwners(models, longest))]);
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

function toDue({ id, owner_id, model }: SqlRow): DueGeneration {
  return { id: String(id), ownerId: String(owner_id), model: String(model) };
}
