import type { DueQuery, DueRows } from "../../clock/due-rows.js";
import { writeAgreedTime } from "../functions/worker/write-agreed-time.js";
import { readDue, readDueByOwner, readDueOne } from "../reads/due.js";
import type { StatementRunner } from "./statement-runner.js";

/** The due rows of a database, for the due reader. */
export function dueRows(runner: StatementRunner): DueRows {
  return {
    async read({ id, limit, skip, ...query }) {
      const args = { ...toArguments(query), limit, skip, id };
      const { doubtful, due, time, tooFar } = await runner.read(id === null ? readDue : readDueOne, args);
      return { now: Number(time[0]?.now), agreedTime: time[0]?.agreedTime ?? null, tooFar, due, doubtful };
    },

    async readByOwner({ owners, ownersAfter, ...query }) {
      return (await runner.read(readDueByOwner, { ...toArguments(query), owners, ownersAfter })).owners;
    },

    async writeAgreedTime(change) {
      await runner.call(writeAgreedTime, change);
    },
  };
}

function toArguments({ isWarm, leaseMs, models, pastAt }: DueQuery) {
  return { models: JSON.stringify(models), leaseMs, pastAt, isWarm: isWarm ? 1 : 0 };
}
