import type { DueQuery, DueRows } from "../../clock/due-rows.js";
import { joinQueue } from "../functions/queue/join-queue.js";
import { writeAgreedTime } from "../functions/worker/write-agreed-time.js";
import { readAtGates, readDue, readDueByOwner, readDueOne, readGates } from "../reads/due.js";
import type { StatementRunner } from "./statement-runner.js";

/** The due rows of a database, for the due reader. */
export function dueRows(runner: StatementRunner): DueRows {
  return {
    async read({ farBefore, id, limit, skip, waitingSkip, ...query }) {
      const args = { ...toArguments(query), limit, skip, waitingSkip, farBefore, id };
      const { time, ...rows } = await runner.read(id === null ? readDue : readDueOne, args);
      const [{ agreedTime = null, farUntil = null, hasGates = false, now } = { now: Number.NaN }] = time;
      return { ...rows, agreedTime, farUntil, hasGates, now };
    },

    async readGates({ maxConcurrency, models }) {
      return (await runner.read(readGates, { maxConcurrency, models: JSON.stringify(models) })).gates;
    },

    readAtGates: ({ gates, limit, ...query }) =>
      runner.read(readAtGates, { ...toArguments(query), gates: JSON.stringify(gates), limit }),

    async readByOwner({ fullGates, owners, ownersAfter, ...query }) {
      const args = { ...toArguments(query), owners, ownersAfter, fullGates: JSON.stringify(fullGates) };
      return (await runner.read(readDueByOwner, args)).owners;
    },

    async joinQueue(query) {
      await runner.call(joinQueue, toArguments(query));
    },

    async writeAgreedTime(change) {
      await runner.call(writeAgreedTime, change);
    },
  };
}

function toArguments({ isWarm, leaseMs, longCopies, models, pastAt }: DueQuery) {
  return {
    models: JSON.stringify(models),
    leaseMs,
    pastAt,
    isWarm: isWarm ? 1 : 0,
    longCopies: longCopies ? 1 : 0,
  };
}
