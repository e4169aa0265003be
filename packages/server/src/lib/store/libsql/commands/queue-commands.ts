import { maxRetryAfterMs } from "../../../ports/store/due-limits.js";
import type { CapacityQuery } from "../../../ports/store/gate-limit.js";
import type { QueueStore } from "../../../ports/store/queue-reading.js";
import type { Store } from "../../../ports/store/store.js";
import { limitArguments } from "../../arguments/gate-arguments.js";
import { FarRows } from "../../clock/far-rows.js";
import { allGatesOf, capacitiesFor, openGatesOf } from "../../clock/gate-capacity.js";
import { firstByRank } from "../../rows/first-by-rank.js";
import { toQueueReading } from "../../rows/queue-reading.js";
import {
  findTooFarStatement,
  nextDueStatement,
  readDueStatement,
  readFarUntilStatement,
  readQueueStatement,
  unservedModelsStatement,
} from "../statements/claim.js";
import {
  closeGateStatements,
  firstAtGateStatement,
  firstWithoutGateStatement,
  reserveStartStatements,
} from "../statements/queue/gates.js";
import { listAtGatesStatement, listDueStatements } from "../statements/queue/list-due.js";
import { readGates, toTime } from "./due-rows.js";
import type { OpenHoldWatch } from "./open-hold-watch.js";
import type { StatementRunner } from "./statement-runner.js";

/**
 * Max rows of each count: a file blocks the thread, for up to 50 ms among a million rows. Services that bill by row
 * count each row.
 */
const limit = 2_000;

type QueueMethod = "nextDueInMs" | "readDue" | "listDue" | "unservedModels" | "closeGate" | "reserveStart";

/** Reads of due generations, the gates, and counts for monitoring. */
export function queueCommands(
  runner: StatementRunner,
  openHolds: OpenHoldWatch,
): QueueStore & Pick<Store, QueueMethod> {
  const far = new FarRows();
  const readCapacities = (query: CapacityQuery) => capacitiesFor(query, (gates) => readGates(runner, gates));
  return {
    async nextDueInMs({ limits = [], models, topics }) {
      const args = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const [row] = await runner.read(nextDueStatement, { ...args, skipsOpen: openHolds.skipsOpen });
      const hasGates = typeof row?.deadline === "number";
      // No generation is active, so no lease or deadline depends on the correction: follow the database's time again.
      if (row?.known === null && row.unknown === null && !hasGates) runner.time.clock.reset();
      const due = [row?.known, row?.unknown, row?.outbox, row?.deadline].filter((value) => typeof value === "number");
      const dueIn = due.map((dueAt) => dueAt - Number(row?.now));
      if (hasGates) dueIn.push(...(await readCapacities({ limits, models })).map(({ opensInMs }) => opensInMs));
      const { nextInMs } = await openHolds.read(args);
      if (nextInMs !== null) dueIn.push(nextInMs);
      const dueInMs = Math.min(...dueIn);
      return Number.isFinite(dueInMs) ? Math.max(dueInMs, 0) : null;
    },

    async readDue({ id }) {
      const [row] = await runner.read(readDueStatement, { id });
      if (row === undefined) return null;
      const gate = row.gate === null ? null : String(row.gate);
      return { dueInMs: Number(row.due_in), isLeased: row.leased === 1, gate };
    },

    async listDue({ models, forMs, limit, limits = [] }) {
      const open = (await readCapacities({ limits, models }))
        .filter(({ capacity }) => capacity > 0)
        .map(({ key }) => key);
      const args = { models: JSON.stringify(models), forMs, limit, gates: JSON.stringify(open), farBefore: far.before };
      const statements = [readFarUntilStatement, ...listDueStatements, listAtGatesStatement, findTooFarStatement];
      const [[until] = [], ...lists] = await runner.readAll(statements, args);
      const rows = lists.flat();
      far.take({ rows: [], until: toTime(until?.due_at), isPage: true }, 0);
      return rows.slice(0, limit).map(({ id }) => String(id));
    },

    async unservedModels({ forMs, limits = [] }) {
      const gates = JSON.stringify(openGatesOf(await readGates(runner, allGatesOf(limits)), limits));
      const rows = await runner.read(unservedModelsStatement, { forMs, gates });
      return [...new Set(rows.map(({ model }) => String(model)))].toSorted();
    },

    async reserveStart({ limit }) {
      const { limits } = limitArguments([limit]);
      const token = runner.createToken();
      const [row] = await runner.write<{ readonly wait_ms: number }>(reserveStartStatements, { limits, token });
      return Number(row?.wait_ms);
    },

    async closeGate({ forMs, key }) {
      await runner.write(closeGateStatements, { key, forMs: Math.ceil(Math.min(forMs, maxRetryAfterMs)) });
    },

    gateCapacities: readCapacities,

    async readWaiting({ gate, limit }) {
      const [time, ...rows] = await runner.read(gate === null ? firstWithoutGateStatement : firstAtGateStatement, {
        gate,
        limit,
      });
      return { now: Number(time?.now), waiting: firstByRank(rows, limit) };
    },

    async readQueue() {
      const [row] = await runner.read(readQueueStatement, { limit });
      return toQueueReading({
        limit,
        due: JSON.parse(String(row?.due)),
        later: JSON.parse(String(row?.later)),
        oldestDueMs: Number(row?.oldest_due),
        outbox: Number(row?.outbox),
      });
    },
  };
}
