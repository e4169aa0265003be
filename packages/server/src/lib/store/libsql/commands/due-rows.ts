import type { DueQuery, DueRows, GateRow } from "../../clock/due-rows.js";
import type { SqlRow } from "../../rows/sql-row.js";
import { readAgreedTimeStatement, writeAgreedTimeStatements } from "../statements/agreed-time.js";
import {
  findAtGatesStatement,
  findDoubtfulStatement,
  findDueByOwnerStatement,
  findDueOneStatement,
  findDueStatement,
  findOverdueAtGatesStatement,
  findTooFarOneStatement,
  findTooFarStatement,
  findWaitingStatement,
  readClaimTimeStatement,
  readFarUntilStatement,
} from "../statements/claim.js";
import { readGatesStatement } from "../statements/queue/gates.js";
import type { StatementRunner } from "./statement-runner.js";

/** The due rows of a database, for the due reader. */
export function dueRows(runner: StatementRunner): DueRows {
  return {
    async read({ farBefore, id, limit, skip, waitingSkip, ...query }) {
      const findDue = id === null ? findDueStatement : findDueOneStatement;
      const statements = [
        readClaimTimeStatement,
        readAgreedTimeStatement,
        id === null ? findTooFarStatement : findTooFarOneStatement,
        readFarUntilStatement,
        findDue,
        findWaitingStatement,
      ];
      if (!query.isWarm) statements.push(findDoubtfulStatement);
      // Reads no waiting row beside the one.
      const limits = { limit: id === null ? limit : 0, skip, waitingSkip, farBefore };
      const rows = await runner.readAll(statements, { ...toArguments(query), ...limits, id });
      const [[time] = [], [agreed] = [], tooFar = [], [until] = [], due = [], waiting = [], doubtful = []] = rows;
      const agreedTime = agreed === undefined ? null : String(agreed.value);
      const hasGates = time?.has_gates === 1;
      const farUntil = toTime(until?.due_at);
      return { now: Number(time?.now), agreedTime, tooFar, farUntil, due, waiting, hasGates, doubtful };
    },

    readGates: (query) => readGates(runner, query),

    async readAtGates({ gates, limit, ...query }) {
      const args = { ...toArguments(query), gates: JSON.stringify(gates), limit };
      const [atGates = [], overdue = []] = await runner.readAll(
        [findAtGatesStatement, findOverdueAtGatesStatement],
        args,
      );
      return { atGates, overdue };
    },

    readByOwner: ({ fullGates, owners, ownersAfter, ...query }) =>
      runner.read(findDueByOwnerStatement, {
        ...toArguments(query),
        owners,
        ownersAfter,
        fullGates: JSON.stringify(fullGates),
      }),

    async writeAgreedTime(change) {
      await runner.write(writeAgreedTimeStatements, change);
    },
  };
}

/** The gates at which generations wait. */
export async function readGates(
  runner: StatementRunner,
  { maxConcurrency, models }: Parameters<DueRows["readGates"]>[0],
): Promise<readonly GateRow[]> {
  const rows = await runner.read(readGatesStatement, { maxConcurrency, models: JSON.stringify(models) });
  return rows.map(toGate);
}

/** `null` for a missing value. */
export function toTime(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function toGate(row: SqlRow): GateRow {
  return {
    key: String(row.key),
    now: Number(row.now),
    closedUntil: Number(row.closed_until),
    rateTat: row.rate_tat === null ? null : Number(row.rate_tat),
    inFlight: Number(row.in_flight),
    abandonedUntil: toTime(row.abandoned_until),
    hasKnown: row.has_known === 1,
  };
}

function toArguments({ isWarm, leaseMs, longCopies, models, pastAt }: DueQuery) {
  return { models: JSON.stringify(models), leaseMs, pastAt, isWarm: isWarm ? 1 : 0, longCopies: longCopies ? 1 : 0 };
}
