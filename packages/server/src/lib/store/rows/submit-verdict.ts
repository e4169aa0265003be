import type { GenerationRecord } from "../../generation/generation-record.js";
import type { Allowance, AllowanceQuery } from "../../ports/store/allowance.js";
import type {
  RateState,
  SubmitCommand,
  SubmitManyCommand,
  SubmitManyVerdict,
  SubmitRefusal,
  SubmitVerdict,
} from "../../ports/store/submit-commands.js";
import { creditsOf } from "../arguments/submit-arguments.js";
import { queuedGeneration } from "./queued-generation.js";

/**
 * Limits and balance of an owner, as one commit or one read saw them. `rate_tat` and `refund_tat`: GCRA's theoretical
 * arrival times, corrected for a clock that was ahead. `active_ids`: JSON, up to the cap, newest first.
 */
export interface LimitsRow {
  readonly now: number;
  readonly rate_tat: number;
  readonly refund_tat: number;
  readonly balance: number;
  readonly active_ids: string | null;
}

/** The outcome of a submit. Flags are 0 or 1; `is_own` is null if no generation has the id of the command. */
export interface SubmittedRow extends LimitsRow {
  /** The generation that used the key, with the fingerprint of its request; null for none. */
  readonly submitted_id: string | null;
  readonly fingerprint: string | null;
  readonly is_own: number | null;
  readonly sequence: number | null;
  readonly created_at: number | null;
  readonly rank: number | null;
  readonly is_unchanged: number | null;
  readonly is_erased: number | null;
}

/**
 * The reason of a refusal, in the order of the guards, from the values that the refusing commit read.
 *
 * @param options.read reads a generation that this commit has not inserted; `null` if it was deleted.
 */
export async function toSubmitVerdict(
  command: SubmitCommand,
  { row, read }: { readonly row: SubmittedRow; readonly read: (id: string) => Promise<GenerationRecord | null> },
): Promise<SubmitVerdict> {
  const { balance } = row;
  const submittedId = row.submitted_id;
  if (submittedId !== null && submittedId !== command.id) {
    if (row.fingerprint !== command.idempotencyKey?.fingerprint) return { type: "mismatch" };
    return { type: "replayed", generation: await read(submittedId), balance };
  }
  // A repeat, after the generation of the first submit was transferred to another owner.
  if (row.is_own === 0) return { type: "replayed", generation: null, balance };
  if (row.is_own === 1) {
    const inserted = { createdAt: Number(row.created_at), rank: Number(row.rank), sequence: Number(row.sequence) };
    // A repeat may find that the generation has progressed since.
    const generation = row.is_unchanged === 1 ? queuedGeneration(command, inserted) : await read(command.id);
    return generation === null
      ? { type: "replayed", generation, balance }
      : { type: "accepted", generation, balance, rate: toRateState(command, row) };
  }
  if (row.is_erased === 1) return { type: "owner_erased" };
  const { credits, hold, limits } = command;
  const refused = { type: hold === "same_database" ? "balance_refused" : "hold_released" } as const;
  if (hold) return refusalOf({ limits, credits: 0 }, row) ?? refused;
  return refusalOf(command, row) ?? { type: "insufficient_credits", required: credits, available: balance };
}

/**
 * The same for a submit of several generations. The row describes its first one.
 *
 * @param options.readGroup reads the group of the command: after a repeat, some may have progressed.
 */
export async function toSubmitManyVerdict(
  command: SubmitManyCommand,
  { row, readGroup }: { readonly row: SubmittedRow; readonly readGroup: () => Promise<readonly GenerationRecord[]> },
): Promise<SubmitManyVerdict> {
  const { idempotencyKey, items, limits } = command;
  const [{ id }] = items;
  if (row.submitted_id !== null && row.submitted_id !== id) {
    return { type: row.fingerprint === idempotencyKey?.fingerprint ? "replayed" : "mismatch" };
  }
  if (row.is_own === 0) return { type: "replayed" };
  const { balance } = row;
  if (row.is_own === 1) {
    return { type: "accepted", generations: await readGroup(), balance, rate: toRateState(command, row) };
  }
  if (row.is_erased === 1) return { type: "owner_erased" };
  const credits = creditsOf(items.filter(({ hold }) => !hold));
  const refusal = refusalOf({ credits, limits, pending: items.length - 1 }, row);
  if (items.some(({ hold }) => hold === "same_database")) return refusal ?? { type: "balance_refused" };
  if (items.some(({ hold }) => hold)) return refusal ?? { type: "hold_released" };
  return refusal ?? { type: "insufficient_credits", required: credits, available: balance };
}

/** The first limit that refuses a submit, or the balance; `null` if none does. */
export function refusalOf(
  command: Pick<SubmitCommand, "credits" | "limits"> & { readonly pending?: number },
  row: LimitsRow,
): SubmitRefusal | null {
  const { credits, limits, pending = 0 } = command;
  const rate = toRateState(command, row);
  if (rate !== null && rate.retryAfterMs > 0) return { type: "rate_limited", rate };
  const budget = toRefundState(command, row);
  if (budget !== null && budget.retryAfterMs > 0) {
    return { type: "refund_budget_spent", retryAfterMs: budget.retryAfterMs };
  }
  const activeIds = activeIdsOf(row);
  if (activeIds.length + pending >= (limits.maxActive ?? Number.POSITIVE_INFINITY)) {
    return { type: "too_many_active", activeIds };
  }
  const available = row.balance;
  return available < credits ? { type: "insufficient_credits", required: credits, available } : null;
}

/** The limits and the balance as a caller of `readAllowance` reads them. */
export function toAllowance(query: Pick<AllowanceQuery, "limits">, row: LimitsRow): Allowance {
  return {
    now: row.now,
    balance: row.balance,
    active: query.limits.maxActive === null ? null : activeIdsOf(row).length,
    rate: toRateState(query, row),
    refunds: toRefundState(query, row),
  };
}

function activeIdsOf({ active_ids }: LimitsRow): readonly string[] {
  return JSON.parse(active_ids ?? "[]");
}

/** @param command.pending each submit moves the arrival time by one interval when it is committed. */
function toRateState(
  { limits: { rate }, pending = 0 }: Pick<SubmitCommand, "limits"> & { readonly pending?: number },
  row: LimitsRow,
): RateState | null {
  if (rate === null) return null;
  const { requests, perMs } = rate;
  const tat = Math.max(row.rate_tat, row.now) + (pending * perMs) / requests;
  return toLimiterState({ count: requests, perMs, tat, now: row.now });
}

function toRefundState({ limits: { refunds } }: Pick<SubmitCommand, "limits">, row: LimitsRow): RateState | null {
  if (refunds === null) return null;
  const { generations, perMs } = refunds;
  return toLimiterState({ count: generations, perMs, tat: row.refund_tat, now: row.now });
}

/** State of a GCRA limiter; uses the same formula as the guard. */
function toLimiterState(limiter: {
  readonly count: number;
  readonly perMs: number;
  readonly tat: number;
  readonly now: number;
}): RateState {
  const { count, perMs } = limiter;
  const intervalMs = perMs / count;
  const aheadMs = Math.max(limiter.tat - limiter.now, 0);
  const remaining = Math.max(Math.floor((perMs - aheadMs + 0.001) / intervalMs), 0);
  const retryAfterMs = remaining > 0 ? 0 : Math.max(Math.ceil(aheadMs + intervalMs - perMs), 1);
  return { remaining, retryAfterMs, resetMs: Math.ceil(aheadMs) };
}
