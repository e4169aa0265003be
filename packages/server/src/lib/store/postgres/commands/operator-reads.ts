import { firstIdAt } from "../../../generation/generation-id.js";
import type { ListActionsQuery, OperatorReads } from "../../../ports/store/operator-store.js";
import { overviewArguments, toActiveParts } from "../../calls/read-overview.js";
import { searchGenerations } from "../../calls/search-generations.js";
import { toDelivery } from "../../rows/delivery-row.js";
import { toGeneration } from "../../rows/generation-row.js";
import { toActionRecord, toAttemptSummary, toBulk, toSummary } from "../../rows/operator-rows.js";
import { listDeliveries } from "../reads/deliveries.js";
import * as reads from "../reads/operator.js";
import { readVendors } from "../reads/vendors.js";
import type { StatementRunner } from "./statement-runner.js";

const searches = { time: reads.findByTime, owner: reads.findOfOwner, active: reads.findActive } as const;

/** Reads of operators, on the rows of any owner. */
export function operatorReads(runner: StatementRunner): OperatorReads {
  const listActions = async (query: ListActionsQuery) => {
    const read = query.subject === null ? reads.listActions : reads.listActionsOf;
    return (await runner.read(read, { ...query })).actions.map(toActionRecord);
  };
  return {
    findGenerations: (query) => searchGenerations(query, (source, args) => runner.read(searches[source], args)),

    async getDetail({ id }) {
      const actions = await listActions({ subject: id, before: null, limit: 100 });
      const { attempts, entries, generation, summary, time } = await runner.read(reads.getDetail, { id });
      if (generation[0] === undefined || summary[0] === undefined || time[0] === undefined) return null;
      return {
        generation: toGeneration(generation[0]),
        summary: toSummary(summary[0]),
        attempts: attempts.map(toAttemptSummary),
        entries,
        actions,
        now: time[0].now,
      };
    },

    async readOverview(query) {
      const args = overviewArguments(query);
      const { outcomes, rows, time } = await runner.read(reads.readOverview, args);
      const counted = outcomes.reduce((sum, { count }) => sum + count, 0);
      const active = await toActiveParts(rows, async (ids) => (await runner.read(reads.listSummaries, ids)).rows);
      return { ...active, outcomes, counted, now: Number(time[0]?.now) };
    },

    activeModels: async () => (await runner.read(reads.listActiveModels, {})).models.map(({ model }) => model),

    async readVendors({ from, scanLimit }) {
      const { scan, ...reading } = await runner.read(readVendors, { from: firstIdAt(from), scanLimit });
      return { ...reading, counted: Number(scan[0]?.counted), now: Number(scan[0]?.now) };
    },

    async listDeliveries(query) {
      const { count, rows } = await runner.read(listDeliveries, query);
      return { deliveries: rows.map(toDelivery), waiting: Number(count[0]?.waiting), now: Number(count[0]?.now) };
    },

    listOperatorActions: listActions,

    async listCreditActions({ accountId, entryIds, generationIds }) {
      const ids = { generationIds: JSON.stringify(generationIds), entryIds: JSON.stringify(entryIds) };
      const { actions, adjustments } = await runner.read(reads.listCreditActions, { accountId, ...ids });
      return [...actions, ...adjustments].map(toActionRecord);
    },

    readBulk: async (query) => toBulk(await runner.read(reads.readBulk, query)),
  };
}
