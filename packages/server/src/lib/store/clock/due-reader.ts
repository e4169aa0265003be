import { isLongCopy } from "../../generation/long-copy.js";
import type { ClockJump } from "../../ports/store/store.js";
import type { ClaimCommand, DueGeneration } from "../../ports/store/store-commands.js";
import type { SqlRow } from "../rows/sql-row.js";
import { chooseAtGates, type Offer } from "./choose-at-gates.js";
import { ClaimSpread } from "./claim-spread.js";
import type { CompleteRead, DueRead } from "./due-read.js";
import { type DueQuery, type DueRows, hasNotJoined, toDueTimes } from "./due-rows.js";
import { FarRows } from "./far-rows.js";
import { noGates, readAtGates } from "./read-at-gates.js";
import type { StoreTime } from "./store-time.js";
import { type AgreedTimeReading, TimeReports } from "./time-reports.js";

/** Rows read beyond the limit, so that `choose` has alternatives. */
const spareRows = 16;
/** Owners whose first due generation is read at once. */
const ownersAtOnce = 16;
/** Max doubtful rows of one read. */
const maxDoubtfulRows = 100;
/** Max warm-up in milliseconds. It lasts half a lease, in which other workers renew theirs, but no longer than this. */
const maxWarmUpMs = 60_000;

/**
 * Reads the rows that a claim may take. Until this process has compared its clock with others (cold), it skips rows that
 * may belong to a live worker (doubtful). Rows that are due by the agreed time are not doubtful. The process is warm once
 * half a lease has passed since its first read without evidence that its clock is ahead.
 *
 * Its state is in memory only: after a restart, the next reads build it again.
 */
export class DueReader {
  readonly #time: StoreTime;
  readonly #rows: DueRows;
  readonly #onClockJump: (jump: ClockJump) => void;
  #ownersAfter = "";
  #lastRead: CompleteRead | null = null;
  #firstReadAt: number | null = null;
  #isWarm: boolean;
  #doubtful: DoubtfulRows | null = null;
  readonly #far = new FarRows();
  readonly #reports: TimeReports;
  readonly #spreads: { readonly due: ClaimSpread; readonly waiting: ClaimSpread };

  constructor(options: {
    readonly time: StoreTime;
    readonly rows: DueRows;
    readonly random: () => number;
    readonly onClockJump: (jump: ClockJump) => void;
  }) {
    this.#time = options.time;
    this.#rows = options.rows;
    this.#isWarm = options.time.isExact;
    this.#reports = new TimeReports(options.time, options.rows);
    this.#onClockJump = options.onClockJump;
    this.#spreads = { due: new ClaimSpread(options.random), waiting: new ClaimSpread(options.random) };
  }

  /**
   * Returns rows whose due time only a wrong clock explains, then the longest due, then the waiting ones by rank. Skips
   * some of them while other workers claim them. With `choose`, reads more rows than `limit`. If more are due than were
   * read, adds the first due row of the next owners. With `id`, returns that row only.
   */
  async read(command: Omit<ClaimCommand, "token">): Promise<DueRead> {
    const { choose, id, leaseMs, limit, limits = [], longCopies = true } = command;
    const models = JSON.stringify(command.models);
    const count = choose === undefined ? limit : limit + spareRows;
    // A claim without models takes no far row, so it must not pass a page.
    const isFarPage = id === undefined && command.models.length > 0 && this.#far.isDue(this.#time.monotonicNow());
    const page = { ...command, limit: count, farBefore: isFarPage ? this.#far.before : 0 };
    const { due, waiting, reading, ...rows } = await this.#joinThenRead(page, limit);
    const query = this.#query(command);
    const gates =
      rows.hasGates && id === undefined ? await readAtGates(this.#rows, { ...query, limits, limit: count }) : noGates;
    const isWhole = {
      due: rows.skip === 0 && !rows.hasUnjoined && due.length < count,
      waiting: rows.waitingSkip === 0 && waiting.length < count,
    };
    const queue = [...waiting, ...gates.rows].toSorted((a, b) => Number(a.rank) - Number(b.rank));
    const starts = new Set(gates.rows);
    const toOffer = (row: SqlRow): Offer => ({ ...toDue(row), gate: starts.has(row) ? String(row.gate) : null });
    const isFar = id !== undefined || isFarPage;
    const lateRows = isFar ? this.#far.take({ ...rows.far, isPage: isFarPage }, this.#time.monotonicNow()) : [];
    const found = [...lateRows, ...gates.overdue, ...due, ...queue].map(toOffer);
    const firstAttempts = idsOf([...waiting, ...gates.rows].filter(({ attempts }) => attempts === 0));
    const ids = { due: idsOf(due), waiting: idsOf(waiting) };
    const hasExpiredKeys = rows.keysExpireAt <= this.#reports.confirmedAt(reading);
    const read = { reading, isWhole, ids, firstAttempts, hasExpiredKeys };
    if (id !== undefined) return { ...read, due: found.filter((row) => row.id === id), complete: null };
    const choice = { choose: choose ?? ((rows) => rows.slice(0, limit)), limit, capacities: gates.open };
    const ofOwners = () => this.#firstOfOwners({ ...command, leaseMs, fullGates: gates.full }, found);
    const isShort = choose !== undefined && !(isWhole.due && isWhole.waiting);
    let choices = chooseAtGates(isShort ? [...found, ...(await ofOwners())] : found, choice);
    // All rows of a gate that were read may be those of owners without a slot.
    if (choose !== undefined && !isShort && [...gates.long].some((gate) => choices.skippedAt.has(gate)))
      choices = chooseAtGates([...found, ...(await ofOwners())], choice);
    const { chosen, offered } = choices;
    const hasAll = longCopies && isWhole.due && isWhole.waiting && gates.isWhole && chosen.length === offered;
    if (!hasAll || command.models.length === 0) return { ...read, due: chosen, complete: null };
    return { ...read, due: chosen, complete: { models, readAt: rows.readAt, isWarm: rows.isWarm } };
  }

  /**
   * Call it after the claim: by then, this process or another has claimed every row of a complete read. Resolves once a
   * report that was due is written or has failed; never rejects.
   *
   * @param claim.claimed ids of the rows that the claim got.
   */
  recordRead(
    { complete, due, ids, isWhole, reading }: DueRead,
    { claimed, command }: { readonly claimed: readonly string[]; readonly command: Omit<ClaimCommand, "token"> },
  ): Promise<void> {
    const { limit } = command;
    if (isSpread(command)) {
      const requested = due.map(({ id }) => id);
      for (const list of ["due", "waiting"] as const) {
        const countOf = (rows: readonly string[]): number => rows.filter((id) => ids[list].has(id)).length;
        const counts = { requested: countOf(requested), claimed: countOf(claimed) };
        this.#spreads[list].record({ limit, ...counts, isWhole: isWhole[list] });
      }
    }
    this.#lastRead = complete ?? this.#lastRead;
    // Report after the claim: a jump between the read and the claim would go unnoticed. The next read retries a failed
    // report, because the claim is already committed.
    return this.#reports.report(reading).catch(() => {});
  }

  /** Whether this process skips doubtful rows. */
  get isCold(): boolean {
    return !this.#isWarm;
  }

  /**
   * Puts due generations without an attempt into the queue, and then reads. With more than `maxJoinsPerClaim`, the rows of the
   * read may all be some that have not joined: work in progress behind them waits for the next claim.
   */
  async #joinThenRead(command: ReadCommand, limit: number) {
    const before = await this.#readSpread(command, limit);
    if (command.id !== undefined || !before.due.some(hasNotJoined)) return { ...before, hasUnjoined: false };
    await this.#rows.joinQueue(this.#query(command));
    const read = await this.#readSpread(command, limit);
    const due = read.due.filter((row) => !hasNotJoined(row));
    return { ...read, due, hasUnjoined: due.length < read.due.length };
  }

  /** If fewer than `limit` rows follow the skipped ones, reads again without skipping. */
  async #readSpread(command: ReadCommand, limit: number) {
    const spreads = isSpread(command);
    const skip = spreads ? this.#spreads.due.skip(limit) : 0;
    const waitingSkip = spreads ? this.#spreads.waiting.skip(limit) : 0;
    const read = await this.#readSteadily({ ...command, skip, waitingSkip });
    const isShort = skip > 0 && read.due.length < limit;
    const isWaitingShort = waitingSkip > 0 && read.waiting.length < limit;
    if (!isShort && !isWaitingShort) return { ...read, skip, waitingSkip };
    const again = { skip: isShort ? 0 : skip, waitingSkip: isWaitingShort ? 0 : waitingSkip };
    return { ...(await this.#readSteadily({ ...command, ...again })), ...again };
  }

  /** Reads again after evidence that the clock is ahead, at most three times, and when the warm-up ends. */
  async #readSteadily({
    farBefore,
    id,
    leaseMs,
    limit,
    longCopies,
    models,
    ...skips
  }: ReadCommand & { readonly skip: number; readonly waitingSkip: number }) {
    const { skip, waitingSkip } = skips;
    const { clock, monotonicNow } = this.#time;
    for (let reads = 1; ; reads += 1) {
      const readAt = monotonicNow();
      const isWarm = this.#isWarm;
      const query = {
        ...this.#query({ models, leaseMs, longCopies }),
        limit,
        skip,
        waitingSkip,
        id: id ?? null,
        farBefore,
      };
      const read = await this.#rows.read(query);
      const { agreedTime, doubtful, due, hasGates, now, tooFar, waiting } = read;
      const reading = { agreedTime, now };
      const jumpMs = clock.read({ now, requestedAt: readAt, receivedAt: monotonicNow() });
      if (this.#begins(reading, readAt)) continue;
      if (jumpMs !== 0) this.#onClockJump({ reason: "jumped", byMs: jumpMs, aheadMs: clock.aheadMs });
      const isAhead =
        jumpMs === 0 && this.#isAheadOfOthers({ due: [...due, ...waiting], doubtful, readAt }, { leaseMs, models });
      this.#firstReadAt ??= readAt;
      if (jumpMs === 0 && !isAhead && !this.#isWarm) {
        this.#isWarm = readAt - this.#firstReadAt >= Math.min(leaseMs / 2, maxWarmUpMs);
        if (this.#isWarm) continue;
      }
      if (reads > 3 || (jumpMs === 0 && !isAhead)) {
        const isIdle = tooFar.length + due.length + waiting.length + doubtful.length === 0 && !hasGates;
        const far = { rows: tooFar, until: read.farUntil };
        const { keysExpireAt = Number.POSITIVE_INFINITY } = read;
        return { readAt, isWarm, far, due, waiting, hasGates, keysExpireAt, reading: { ...reading, isIdle } };
      }
    }
  }

  /** Whether this process starts from the agreed time of others, so that the read is repeated. */
  #begins(reading: Omit<AgreedTimeReading, "isIdle">, readAt: number): boolean {
    if (this.#firstReadAt !== null || this.#time.isExact) return false;
    this.#firstReadAt = readAt;
    const { clock } = this.#time;
    const byMs = this.#reports.begin(reading);
    clock.adopt(byMs, readAt);
    if (byMs > 0) this.#onClockJump({ reason: "ahead", byMs, aheadMs: clock.aheadMs });
    return reading.agreedTime !== null;
  }

  #isAheadOfOthers(
    read: { readonly due: readonly SqlRow[]; readonly doubtful: readonly SqlRow[]; readonly readAt: number },
    { leaseMs, models }: { readonly leaseMs: number; readonly models: readonly string[] },
  ): boolean {
    const { clock } = this.#time;
    const [last, before] = [this.#lastRead, this.#doubtful];
    const dueAtOf = (row: SqlRow): readonly [string, number] => [String(row.id), Number(row.due_at)];
    this.#doubtful = {
      readAt: read.readAt,
      isWhole: read.doubtful.length < maxDoubtfulRows,
      dueAt: new Map(read.doubtful.map(dueAtOf)),
    };
    const wasAheadMs = clock.aheadMs;
    const compare = (rows: readonly SqlRow[], { readAt }: Pick<CompleteRead, "readAt">): number =>
      clock.compare(
        rows.map((row) => toDueTimes(row, leaseMs)),
        { readAt },
      );
    let byMs = 0;
    if (last !== null && last.models === JSON.stringify(models) && last.isWarm === this.#isWarm) {
      // Earlier reads skipped rows of other models, which are due by their deadline only. A doubtful row that the
      // earlier reads did not return was written since.
      const isNew = ({ id }: SqlRow): boolean => before?.isWhole === true && !before.dueAt.has(String(id));
      byMs = compare(
        [...read.due, ...read.doubtful.filter(isNew)].filter(({ model }) => models.includes(String(model))),
        last,
      );
    }
    if (byMs === 0 && before !== null) {
      const isWritten = (row: SqlRow): boolean => (before.dueAt.get(String(row.id)) ?? row.due_at) !== row.due_at;
      byMs = compare(read.doubtful.filter(isWritten), before);
    }
    // Log once, not again whenever the correction has shrunk by a few seconds.
    if (byMs > 0 && wasAheadMs === 0) this.#onClockJump({ reason: "ahead", byMs, aheadMs: clock.aheadMs });
    return byMs > 0;
  }

  #query({ leaseMs, longCopies = true, models }: DueCommand): DueQuery {
    return { models, longCopies, leaseMs: Math.ceil(leaseMs), pastAt: this.#reports.pastAt, isWarm: this.#isWarm };
  }

  async #firstOfOwners(
    { fullGates, ...command }: DueCommand & { readonly fullGates: readonly string[] },
    read: readonly DueGeneration[],
  ): Promise<readonly Offer[]> {
    const next = { owners: ownersAtOnce, ownersAfter: this.#ownersAfter, fullGates };
    const owners = await this.#rows.readByOwner({ ...this.#query(command), ...next });
    // Restart from the first owner after the last one.
    this.#ownersAfter = owners.length < ownersAtOnce ? "" : String(owners.at(-1)?.owner_id);
    const seen = new Set(read.map(({ id }) => id));
    return owners
      .filter(({ id }) => id !== null && !seen.has(String(id)))
      .map((row) => ({ ...toDue(row), gate: row.gate === null ? null : String(row.gate) }));
  }
}

/** The parts of a claim that decide which rows are due. */
type DueCommand = Pick<ClaimCommand, "models" | "leaseMs" | "longCopies">;

/** A claim, and the far rows that its read continues with. */
type ReadCommand = Omit<ClaimCommand, "token"> & { readonly farBefore: number | null };

/** A claim without models takes only rows past their deadline. They are few, so it must not change the spread. */
function isSpread({ id, models }: Pick<ClaimCommand, "id" | "models">): boolean {
  return id === undefined && models.length > 0;
}

/** The doubtful rows of a read, with the monotonic time at which it began. */
interface DoubtfulRows {
  readonly readAt: number;
  /** Whether the read returned all doubtful rows. */
  readonly isWhole: boolean;
  readonly dueAt: ReadonlyMap<string, number>;
}

function idsOf(rows: readonly SqlRow[]): ReadonlySet<string> {
  return new Set(rows.map(({ id }) => String(id)));
}

function toDue({ id, kind, model, owner_id, state }: SqlRow): DueGeneration {
  return {
    id: String(id),
    ownerId: String(owner_id),
    model: String(model),
    isLongCopy: isLongCopy({ kind: String(kind), state: String(state) }),
    isStart: state === "queued",
  };
}
