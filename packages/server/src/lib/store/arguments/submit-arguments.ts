import type { AllowanceQuery } from "../../ports/store/allowance.js";
import type { SubmitCommand, SubmitManyCommand } from "../../ports/store/submit-commands.js";
import { toJson } from "../rows/generation-row.js";
import { erasureArguments } from "./erasure-arguments.js";

/**
 * Named arguments of a submit of several generations. `items`: JSON of the fields that differ, whose JSON is text.
 * `credits`: of all of them. `id`: of the first one.
 */
export function submitManyArguments({ groupId, items, ...command }: SubmitManyCommand) {
  const [first] = items;
  return {
    ...submitArguments({ ...command, ...first, retryOf: null }),
    credits: creditsOf(items),
    topPriority: Math.max(0, ...items.map(({ priority = 0 }) => priority)),
    charged: creditsOf(items.filter(({ hold }) => !hold)),
    held: items.filter(({ hold }) => isReserved(hold)).length,
    takes: items.some(({ hold }) => hold === "same_database") ? 1 : 0,
    taken: creditsOf(items.filter(({ hold }) => hold === "same_database")),
    groupId,
    count: items.length,
    items: JSON.stringify(
      items.map(({ hold, input, parsedInput, refunds, ...item }) => ({
        ...item,
        hold: toHold(hold, command.accountId),
        input: JSON.stringify(input),
        parsedInput: JSON.stringify(parsedInput),
        refunds: toJson(refunds),
      })),
    ),
  };
}

/** Sum of the prices. */
export function creditsOf(items: readonly Pick<SubmitCommand, "credits">[]): number {
  return items.reduce((sum, { credits }) => sum + credits, 0);
}

/** JSON of a hold. It has the payer, since a transfer or an erasure changes the account of the generation. */
function toHold(hold: SubmitCommand["hold"], accountId: string): string | null {
  if (hold === "same_database") return JSON.stringify({ accountId, sameDatabase: 1 });
  return hold ? JSON.stringify({ accountId, reference: hold.reference }) : null;
}

function isReserved(hold: SubmitCommand["hold"]): boolean {
  return hold !== null && hold !== undefined && hold !== "same_database";
}

/**
 * Named arguments of a submit. Flags are 0 or 1, durations whole milliseconds, JSON is text. `charged`: the credits that the
 * ledger debits. `takes`: whether the host's table pays, and `taken`: the credits that it pays.
 */
export function submitArguments(command: SubmitCommand) {
  const { rate, refunds, maxActive } = command.limits;
  return {
    id: command.id,
    ownerId: command.ownerId,
    accountId: command.accountId,
    teamId: command.teamId ?? null,
    model: command.model,
    kind: command.kind,
    scope: command.scope,
    metadata: toJson(command.metadata),
    input: JSON.stringify(command.input),
    parsedInput: JSON.stringify(command.parsedInput),
    requestedOutputs: command.requestedOutputs,
    storagePrefix: command.storagePrefix,
    credits: command.credits,
    charged: command.hold ? 0 : command.credits,
    hold: toHold(command.hold, command.accountId),
    takes: command.hold === "same_database" ? 1 : 0,
    taken: command.hold === "same_database" ? command.credits : 0,
    dropOnCancel: command.dropOnCancel ? 1 : 0,
    refunds: toJson(command.refunds),
    maxAttempts: command.maxAttempts,
    deadlineMs: Math.ceil(command.deadlineMs),
    notBefore: command.notBefore ?? null,
    expiresAfterMs: toWholeOrNull(command.expiresAfterMs),
    retryOf: command.retryOf,
    gate: command.gate ?? null,
    priority: command.priority ?? 0,
    topPriority: command.priority ?? 0,
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

function toWholeOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.ceil(value);
}

/** Named arguments of a read of the limits. */
export function checkSubmitArguments({ accountId, initialGrant, limits, ownerId }: AllowanceQuery) {
  return { ownerId, accountId, initialGrant, maxActive: limits.maxActive, ratePerMs: limits.rate?.perMs ?? 0 };
}
