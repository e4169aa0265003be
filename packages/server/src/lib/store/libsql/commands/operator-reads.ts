import { firstIdAt } from "../../../generation/generation-id.js";
import type { OperatorReads } from "../../../ports/store/operator-store.js";
import { overviewArguments, toActiveParts } from "../../calls/read-overview.js";
import { searchGenerations } from "../../calls/search-generations.js";
import { toDelivery } from "../../rows/delivery-row.js";
import { toGeneration } from "../../rows/generation-row.js";
import { toActionRecord, toAttemptSummary, toBulk, toSummary } from "../../rows/operator-rows.js";
import * as actions from "../statements/operator/actions.js";
import * as deliveries from "../statements/operator/deliveries.js";
import * as reads from "../statements/operator/reads.js";
import * as vendors from "../statements/operator/vendors.js";
import type { StatementRunner } from "./statement-runner.js";

const searches = {
  time: [reads.findByTime, reads.scanByTime],
  owner: [reads.findOfOwner, reads.scanOfOwner],
  active: [reads.findActive, reads.scanActive],
} as const;

/** Reads of operators, on the rows of any owner. */
export function operatorReads(runner: StatementRunner): OperatorReads {
  return {
    findGenerations: (query) =>
      searchGenerations(query, async (source, args) => {
        const [rows, scan] = await runner.readAll(searches[source], args);
        return { rows, scan };
      }),

    async getDetail({ id }) {
      const statements = [
        reads.getDetailStatement,
        reads.getSummaryStatement,
        reads.listAttemptsStatement,
        reads.listEntriesStatement,
        actions.listActionsOfStatement,
        reads.operatorTimeStatement,
      ] as const;
      const args = { id, subject: id, before: null, limit: 100 };
      const [[row], [summary], attempts, entries, records, [time]] = await runner.readAll(statements, args);
      if (row === undefined || summary === undefined || time === undefined) return null;
      return {
        generation: toGeneration(row),
        summary: toSummary(summary),
        attempts: attempts.map(toAttemptSummary),
        entries: entries.toSorted((a, b) => a.id - b.id),
        actions: records.map(toActionRecord),
        now: time.now,
      };
    },

    async readOverview(query) {
      const args = overviewArguments(query);
      const statements = [
        reads.readActiveStatement,
        reads.countOutcomesStatement,
        reads.operatorTimeStatement,
      ] as const;
      const [rows, outcomes, [time]] = await runner.readAll(statements, args);
      const counted = outcomes.reduce((sum, { count }) => sum + count, 0);
      const active = await toActiveParts(rows, (ids) => runner.read(reads.listSummariesStatement, ids));
      return { ...active, outcomes, counted, now: Number(time?.now) };
    },

    activeModels: async () => (await runner.read(reads.activeModelsStatement, {})).map(({ model }) => model),

    async readVendors({ from, scanLimit }) {
      const statements = [
        vendors.countAttemptsStatement,
        vendors.timeAttemptsStatement,
        vendors.sumCostsStatement,
        vendors.countNewestStatement,
      ] as const;
      const [counts, times, costs, [scan]] = await runner.readAll(statements, { from: firstIdAt(from), scanLimit });
      return { counts, times, costs, counted: Number(scan?.counted), now: Number(scan?.now) };
    },

    async listDeliveries(query) {
      const statements = [deliveries.listDeliveriesStatement, deliveries.countDeliveriesStatement] as const;
      const [rows, [count]] = await runner.readAll(statements, query);
      return { deliveries: rows.map(toDelivery), waiting: Number(count?.waiting), now: Number(count?.now) };
    },

    async listOperatorActions(query) {
      const statement = query.subject === null ? actions.listActionsStatement : actions.listActionsOfStatement;
      return (await runner.read(statement, { ...query })).map(toActionRecord);
    },

    async listCreditActions({ accountId, entryIds, generationIds }) {
      const statements = [actions.listCreditActionsStatement, actions.listAdjustmentsStatement] as const;
      const ids = { generationIds: JSON.stringify(generationIds), entryIds: JSON.stringify(entryIds) };
      return (await runner.readAll(statements, { accountId, ...ids })).flat().map(toActionRecord);
    },

    async readBulk(query) {
      const statements = [actions.readBulkStatement, actions.countEffectsStatement, actions.listLeftStatement] as const;
      const [records, effects, left] = await runner.readAll(statements, query);
      return toBulk({ records, effects, left });
    },
  };
}
