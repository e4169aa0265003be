import { maxRetryAfterMs } from "../../../ports/store/due-limits.js";
import type { CapacityQuery } from "../../../ports/store/gate-limit.js";
import type { QueueStore } from "../../../ports/store/queue-reading.js";
import type { Store } from "../../../ports/store/store.js";
import { limitArguments } from "../../arguments/gate-arguments.js";
import { FarRows } from "../../clock/far-rows.js";
import { allGatesOf, capacitiesFor, openGatesOf } from "../../clock/gate-capacity.js";
import { firstByRank } from "../../rows/first-by-rank.js";
import { toQueueReading } from "../../rows/queue-reading.js";
import { readQueue } from "../functions/queue/read-queue.js";
import { closeGate } from "../functions/worker/close-gate.js";
import { reserveStart } from "../functions/worker/reserve-start.js";
import { listDue, nextDue, readDueTime, readWaiting, unservedModels } from "../reads/due.js";
import { dueRows } from "./due-rows.js";
import type { StatementRunner } from "./statement-runner.js";

export const queueFunctions = [closeGate, readQueue, reserveStart];

/** Max rows of each count: some milliseconds of the database, and a tenth of a second if it reads them from a disk. */
const limit = 10_000;

type QueueMethod = "nextDueInMs" | "readDue" | "listDue" | "unservedModels" | "closeGate" | "reserveStart";

/** Reads of due generations, the gates, and counts for monitoring. */
export function queueCommands(runner: StatementRunner): QueueStore & Pick<Store, QueueMethod> {
  const farRows = new FarRows();
  const readCapacities = (query: CapacityQuery) => capacitiesFor(query, (gates) => dueRows(runner).readGates(gates));
  return {
    async nextDueInMs({ limits = [], models, topics }) {
      const args = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const [row] = (await runner.read(nextDue, args)).next;
      const hasGates = typeof row?.deadline === "number";
      // No generation is active, so no lease or deadline depends on the correction: follow the database's time again.
      if (row?.known === null && row.unknown === null && !hasGates) runner.time.clock.reset();
      const due = [row?.known, row?.unknown, row?.outbox, row?.deadline].filter((value) => typeof value === "number");
      const dueIn = due.map((dueAt) => dueAt - Number(row?.now));
      if (hasGates) dueIn.push(...(await readCapacities({ limits, models })).map(({ opensInMs }) => opensInMs));
      const dueInMs = Math.min(...dueIn);
      return Number.isFinite(dueInMs) ? Math.max(dueInMs, 0) : null;
    },

    async readDue({ id }) {
      const [row] = (await runner.read(readDueTime, { id })).times;
      if (typeof row?.due_in !== "number") return null;
      return { dueInMs: Math.max(row.due_in, 0), isLeased: row.leased === 1, gate: row.gate };
    },

    async listDue({ models, forMs, limit, limits = [] }) {
      const open = (await readCapacities({ limits, models }))
        .filter(({ capacity }) => capacity > 0)
        .map(({ key }) => key);
      const args = {
        models: JSON.stringify(models),
        forMs,
        limit,
        gates: JSON.stringify(open),
        farBefore: farRows.before,
      };
      const { due, far, tooFar } = await runner.read(listDue, args);
      farRows.take({ rows: [], until: far[0]?.farUntil ?? null, isPage: true }, 0);
      return [...due, ...tooFar].slice(0, limit).map(({ id }) => id);
    },

    async unservedModels({ forMs, limits = [] }) {
      const gates = JSON.stringify(openGatesOf(await dueRows(runner).readGates(allGatesOf(limits)), limits));
      return (await runner.read(unservedModels, { forMs, gates })).models.map(({ model }) => model);
    },

    async reserveStart({ limit }) {
      return Number(await runner.call(reserveStart, { limits: limitArguments([limit]).limits }));
    },

    async closeGate({ forMs, key }) {
      await runner.call(closeGate, { key, forMs: Math.ceil(Math.min(forMs, maxRetryAfterMs)) });
    },

    gateCapacities: readCapacities,

    async readWaiting(query) {
      const { time, waiting } = await runner.read(readWaiting, query);
      return { now: time[0]?.now ?? Number.NaN, waiting: firstByRank(waiting, query.limit) };
    },

    async readQueue() {
      const counts = await runner.query(readQueue, { limit });
      return toQueueReading({ limit, ...(counts ?? { due: {}, later: {}, oldestDueMs: null, outbox: 0 }) });
    },
  };
}
