import type { DueQuery, DueRows } from "../../clock/due-rows.js";
import { readClockStatement } from "../guards/guards.js";
import { readAgreedTimeStatement, writeAgreedTimeStatements } from "../statements/agreed-time.js";
import {
  findDoubtfulStatement,
  findDueByOwnerStatement,
  findDueOneStatement,
  findDueStatement,
  findTooFarStatement,
} from "../statements/claim.js";
import type { StatementRunner } from "./statement-runner.js";

/** The due rows of a database, for the due reader. */
export function dueRows(runner: StatementRunner): DueRows {
  return {
    async read({ id, limit, skip, ...query }) {
      const findDue = id === null ? findDueStatement : findDueOneStatement;
      const statements = [readClockStatement, readAgreedTimeStatement, findTooFarStatement, findDue];
      if (!query.isWarm) statements.push(findDoubtfulStatement);
      const rows = await runner.readAll(statements, { ...toArguments(query), limit, skip, id });
      const [[time] = [], [agreed] = [], tooFar = [], due = [], doubtful = []] = rows;
      const agreedTime = agreed === undefined ? null : String(agreed.value);
      return { now: Number(time?.now), agreedTime, tooFar, due, doubtful };
    },

    readByOwner: ({ owners, ownersAfter, ...query }) =>
      runner.read(findDueByOwnerStatement, { ...toArguments(query), owners, ownersAfter }),

    async writeAgreedTime(change) {
      await runner.write(writeAgreedTimeStatements, change);
    },
  };
}

function toArguments({ isWarm, leaseMs, models, pastAt }: DueQuery) {
  return { models: JSON.stringify(models), leaseMs, pastAt, isWarm: isWarm ? 1 : 0 };
}
