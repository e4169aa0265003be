import type { DueQuery, DueRows, GateRow } from "../../clock/due-rows.js";
import type { SqlRow } from "../../rows/sql-row.js";
import type { SqlArguments } from "../executor/executor.js";
import { writeAgreedTimeStatements } from "../statements/agreed-time.js";
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
import { joinQueueStatement } from "../statements/queue/join-queue.js";
import type { StatementRunner } from "./statement-runner.js";

const never = Number.POSITIVE_INFINITY;

/** The due rows of a database, for the due reader. */
export function dueRows(runner: StatementRunner): DueRows {
  return {
    async read({ farBefore, id, limit, skip, waitingSkip, ...query }) {
      // Reads nothing beside the one row.
      const ofOne = { due: findDueOneStatement, tooFar: findTooFarOneStatement };
      const ofPage = { ...(farBefore !== 0 && { tooFar: findTooFarStatement, farUntil: readFarUntilStatement }) };
      const ofAll = { due: findDueStatement, waiting: findWaitingStatement, ...ofPage };
      const rows = await readNamed(runner, {
        statements: {
          time: readClaimTimeStatement,
          ...(id === null ? ofAll : ofOne),
          ...(!query.isWarm && { doubtful: findDoubtfulStatement }),
        },
        args: { ...toArguments(query), limit, skip, waitingSkip, farBefore, id },
      });
      const { due = [], doubtful = [], farUntil: [until] = [], time: [time] = [], tooFar = [], waiting = [] } = rows;
      return {
        ...{ due, doubtful, tooFar, waiting, farUntil: toTime(until?.due_at) },
        now: Number(time?.now),
        agreedTime: typeof time?.agreed_time === "string" ? time.agreed_time : null,
        hasGates: time?.has_gates === 1,
        keysExpireAt: Math.min(
          toTime(time?.submission_expires_at) ?? never,
          toTime(time?.entry_key_expires_at) ?? never,
        ),
      };
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

    async joinQueue(query) {
      await runner.write([joinQueueStatement], toArguments(query));
    },

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

/** Reads the given statements on one snapshot; returns the rows of each by its name. */
async function readNamed<Name extends string>(
  runner: StatementRunner,
  { args, statements }: { readonly statements: Partial<Readonly<Record<Name, string>>>; readonly args: SqlArguments },
): Promise<Partial<Readonly<Record<Name, readonly SqlRow[]>>>> {
  const named = Object.entries<string | undefined>(statements);
  const lists = await runner.readAll(
    named.map(([, statement]) => statement ?? ""),
    args,
  );
  // The keys of `statements`.
  return Object.fromEntries(named.map(([name], index) => [name, lists[index] ?? []])) as Partial<
    Record<Name, readonly SqlRow[]>
  >;
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
