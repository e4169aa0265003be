import type { GateLimit } from "../../../ports/store/gate-limit.js";
import type { Store } from "../../../ports/store/store.js";
import { limitArguments } from "../../arguments/gate-arguments.js";
import type { DueRead } from "../../clock/due-read.js";
import type { DueReader } from "../../clock/due-reader.js";
import { type ClaimedRow, toClaimed } from "../../rows/claimed-row.js";
import {
  claimFirstStatements,
  claimFirstWithLimitsStatements,
  claimStatements,
  claimWithLimitsStatements,
} from "../statements/claim.js";
import { deleteExpiredKeysStatements } from "../statements/retention.js";
import type { StatementRunner } from "./statement-runner.js";

/** Reads the due rows, and claims them with the fewest statements that they need. */
export function claimCommand(runner: StatementRunner, reader: DueReader): Store["claim"] {
  return async ({ token, ...command }) => {
    const read = await reader.read(command);
    const { leaseMs, limits = [] } = command;
    const args = { ids: JSON.stringify(read.due.map(({ id }) => id)), token, leaseMs: Math.ceil(leaseMs) };
    const given = limits.length === 0 ? args : { ...args, ...limitArguments(limits) };
    const rows = read.due.length === 0 ? [] : await runner.write<ClaimedRow>(statementsFor(read, limits), given);
    const recorded = reader.recordRead(read, { claimed: rows.map(({ id }) => id), command });
    // Wait for the time report only if nothing was claimed.
    if (rows.length === 0) await recorded;
    return rows.map(toClaimed);
  };
}

function statementsFor(read: DueRead, limits: readonly GateLimit[]): readonly string[] {
  const { hasExpiredKeys } = read;
  return [...(hasExpiredKeys ? deleteExpiredKeysStatements : []), ...claimOf(read, limits)];
}

function claimOf({ due, firstAttempts, ids }: DueRead, limits: readonly GateLimit[]): readonly string[] {
  const areFirst = due.every(({ id }) => firstAttempts.has(id));
  if (areFirst && due.every(({ id }) => ids.waiting.has(id))) return claimFirstStatements;
  if (limits.length === 0) return claimStatements;
  return areFirst ? claimFirstWithLimitsStatements : claimWithLimitsStatements;
}
