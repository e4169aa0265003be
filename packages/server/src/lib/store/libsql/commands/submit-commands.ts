import type { GenerationRecord } from "../../../generation/generation-record.js";
import type { Store } from "../../../ports/store/store.js";
import type { RateState, SubmitCommand, SubmitRefusal, SubmitVerdict } from "../../../ports/store/store-commands.js";
import type { SqlArguments, SqlRow } from "../executor/executor.js";
import { erasureArguments } from "../guards/erased-owners.js";
import { toGeneration, toJson } from "../rows/generation-row.js";
import { queuedGeneration } from "../rows/queued-generation.js";
import { getGeneration } from "../statements/reads.js";
import {
  checkSubmitStatement,
  findSubmissionStatement,
  firstSubmitStatements,
  submitStatements,
} from "../statements/submit.js";
import type { Session } from "./session.js";

/** Commands that submit generations. */
export function submitCommands(session: Session): Pick<Store, "submit" | "checkSubmit" | "findSubmission"> {
  const read = async (ownerId: string, id: string): Promise<GenerationRecord | null> => {
    const [row] = await session.read(getGeneration, { ownerId, id });
    return row === undefined ? null : toGeneration(row);
  };

  const findSubmission: Store["findSubmission"] = async ({ ownerId, keyHash }) => {
    const [found] = await session.read(findSubmissionStatement, { ownerId, keyHash });
    if (found === undefined) return null;
    const generationId = String(found.generation_id);
    return { fingerprint: String(found.fingerprint), generationId, generation: await read(ownerId, generationId) };
  };

  /** A key outlives its owner: a late repeat must not create a deleted owner again, with another initial grant. */
  const replay = async ({ initialGrant, ownerId, idempotencyKey }: SubmitCommand): Promise<SubmitVerdict | null> => {
    const known = idempotencyKey === null ? null : await findSubmission({ ownerId, keyHash: idempotencyKey.keyHash });
    if (known === null) return null;
    if (known.fingerprint !== idempotencyKey?.fingerprint) return { type: "mismatch" };
    return { type: "replayed", generation: known.generation, balance: initialGrant };
  };

  return {
    async submit(command) {
      const args = toArguments(command);
      const readOwn = (id: string) => read(command.ownerId, id);
      const [row] = await session.write(submitStatements, args);
      if (row !== undefined) return toVerdict(command, { row, read: readOwn });
      const replayed = await replay(command);
      if (replayed !== null) return replayed;
      const [first] = await session.write(firstSubmitStatements, args);
      if (first === undefined) return { type: "owner_erased" };
      return toVerdict(command, { row: first, read: readOwn });
    },

    async checkSubmit(query) {
      const { ownerId, accountId, initialGrant, limits } = query;
      const args = {
        ownerId,
        accountId,
        initialGrant,
        maxActive: limits.maxActive,
        ratePerMs: limits.rate?.perMs ?? 0,
      };
      const [row] = await session.read(checkSubmitStatement, args);
      return row === undefined ? null : refusalOf({ ...query, pending: query.pending() }, row);
    },

    findSubmission,
  };
}

function toArguments(command: SubmitCommand): SqlArguments {
  const { rate, refunds, maxActive } = command.limits;
  return {
    id: command.id,
    ownerId: command.ownerId,
    accountId: command.accountId,
    model: command.model,
    kind: command.kind,
    scope: command.scope,
    metadata: toJson(command.metadata),
    input: JSON.stringify(command.input),
    parsedInput: JSON.stringify(command.parsedInput),
    requestedOutputs: command.requestedOutputs,
    storagePrefix: command.storagePrefix,
    credits: command.credits,
    dropOnCancel: command.dropOnCancel ? 1 : 0,
    refunds: toJson(command.refunds),
    maxAttempts: command.maxAttempts,
    deadlineMs: Math.ceil(command.deadlineMs),
    retryOf: command.retryOf,
    initialGrant: command.initialGrant,
    keyHash: command.idempotencyKey?.keyHash ?? null,
    fingerprint: command.idempotencyKey?.fingerprint ?? null,
    keepMs: Math.ceil(command.idempotencyKey?.keepMs ?? 0),
    maxActive,
    rateIntervalMs: rate === null ? null : rate.perMs / rate.requests,
    ratePerMs: rate?.perMs ?? 0,
    refundIntervalMs: refunds === null ? null : refunds.perMs / refunds.generations,
    refundPerMs: refunds?.perMs ?? 0,
    ...erasureArguments(command.erasures),
  };
}

/**
 * The reason of a refusal, in the order of the guards, from the values that the refusing commit read.
 *
 * @param options.read reads a generation that this commit has not inserted; `null` if it was deleted.
 */
async function toVerdict(
  command: SubmitCommand,
  { row, read }: { readonly row: SqlRow; readonly read: (id: string) => Promise<GenerationRecord | null> },
): Promise<SubmitVerdict> {
  const balance = Number(row.balance);
  const submittedId = row.submitted_id;
  if (typeof submittedId === "string" && submittedId !== command.id) {
    if (row.fingerprint !== command.idempotencyKey?.fingerprint) return { type: "mismatch" };
    return { type: "replayed", generation: await read(submittedId), balance };
  }
  // A repeat, after the generation of the first submit was transferred to another owner.
  if (row.is_own === 0) return { type: "replayed", generation: null, balance };
  if (row.is_own === 1) {
    const inserted = { createdAt: Number(row.created_at), sequence: Number(row.sequence) };
    // A repeat may find that the generation has progressed since.
    const generation = row.is_unchanged === 1 ? queuedGeneration(command, inserted) : await read(command.id);
    return generation === null
      ? { type: "replayed", generation, balance }
      : { type: "accepted", generation, balance, rate: toRateState(command, row) };
  }
  if (row.is_erased === 1) return { type: "owner_erased" };
  return refusalOf(command, row) ?? { type: "insufficient_credits", required: command.credits, available: balance };
}

/** The first limit that refuses a submit, or the balance; `null` if none does. */
function refusalOf(
  command: Pick<SubmitCommand, "credits" | "limits"> & { readonly pending?: number },
  row: SqlRow,
): SubmitRefusal | null {
  const { credits, limits, pending = 0 } = command;
  const rate = toRateState(command, row);
  if (rate !== null && rate.retryAfterMs > 0) return { type: "rate_limited", rate };
  const budget = toRefundState(command, row);
  if (budget !== null && budget.retryAfterMs > 0) {
    return { type: "refund_budget_spent", retryAfterMs: budget.retryAfterMs };
  }
  const activeIds: readonly string[] = JSON.parse(String(row.active_ids ?? "[]"));
  if (activeIds.length + pending >= (limits.maxActive ?? Number.POSITIVE_INFINITY)) {
    return { type: "too_many_active", activeIds };
  }
  const available = Number(row.balance);
  return available < credits ? { type: "insufficient_credits", required: credits, available } : null;
}

/** @param command.pending each submit moves the arrival time by one interval when it is committed. */
function toRateState(
  { limits: { rate }, pending = 0 }: Pick<SubmitCommand, "limits"> & { readonly pending?: number },
  row: SqlRow,
): RateState | null {
  if (rate === null) return null;
  const { requests, perMs } = rate;
  const tat = Math.max(Number(row.rate_tat), Number(row.now)) + (pending * perMs) / requests;
  return toLimiterState({ count: requests, perMs, tat, now: row.now });
}

function toRefundState({ limits: { refunds } }: Pick<SubmitCommand, "limits">, row: SqlRow): RateState | null {
  if (refunds === null) return null;
  const { generations, perMs } = refunds;
  return toLimiterState({ count: generations, perMs, tat: row.refund_tat, now: row.now });
}

/** State of a GCRA limiter; uses the same formula as the guard. */
function toLimiterState(limiter: {
  readonly count: number;
  readonly perMs: number;
  readonly tat: unknown;
  readonly now: unknown;
}): RateState {
  const { count, perMs } = limiter;
  const intervalMs = perMs / count;
  const aheadMs = Math.max(Number(limiter.tat) - Number(limiter.now), 0);
  const remaining = Math.max(Math.floor((perMs - aheadMs + 0.001) / intervalMs), 0);
  const retryAfterMs = remaining > 0 ? 0 : Math.max(Math.ceil(aheadMs + intervalMs - perMs), 1);
  return { remaining, retryAfterMs, resetMs: Math.ceil(aheadMs) };
}
