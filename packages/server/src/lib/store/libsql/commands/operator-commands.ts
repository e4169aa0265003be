import type { OperatorActionRecord, OperatorStore } from "../../../ports/store/operator-store.js";
import { adjustArguments, firstIdAt } from "../../arguments/credits-arguments.js";
import { actionArguments, afterAllIds, effectToken } from "../../arguments/operator-arguments.js";
import { endArguments } from "../../arguments/worker-arguments.js";
import { searchGenerations } from "../../calls/search-generations.js";
import { toGeneration } from "../../rows/generation-row.js";
import {
  type OperatorActionRow,
  toActionRecord,
  toAttemptSummary,
  toBulk,
  toSummary,
} from "../../rows/operator-rows.js";
import type { SqlArguments } from "../executor/executor.js";
import * as actions from "../statements/operator/actions.js";
import * as reads from "../statements/operator/reads.js";
import type { StatementRunner } from "./statement-runner.js";

const searches = {
  time: [reads.findByTime, reads.scanByTime],
  owner: [reads.findOfOwner, reads.scanOfOwner],
  active: [reads.findActive, reads.scanActive],
} as const;

/** Reads and commands of operators, on the rows of any owner. */
export function operatorCommands(runner: StatementRunner): OperatorStore {
  const act = async (statements: readonly string[], args: SqlArguments): Promise<OperatorActionRecord> => {
    const [row] = await runner.write<OperatorActionRow>(statements, { token: runner.createToken(), ...args });
    if (row === undefined) throw new Error("The action of an operator was not recorded.");
    return toActionRecord(row);
  };
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

    async readOverview({ from, intervalMs, scanLimit }) {
      const args = { scanLimit, fromMs: from, from: firstIdAt(from), beforeId: afterAllIds, intervalMs };
      const statements = [
        reads.countActiveStatement,
        reads.countOutcomesStatement,
        reads.operatorTimeStatement,
      ] as const;
      const [active, outcomes, [time]] = await runner.readAll(statements, args);
      const counted = outcomes.reduce((sum, { count }) => sum + count, 0);
      return { active, outcomes, counted, now: Number(time?.now) };
    },

    async listOperatorActions({ subject, before, limit }) {
      const statement = subject === null ? actions.listActionsStatement : actions.listActionsOfStatement;
      return (await runner.read(statement, { subject, before, limit })).map(toActionRecord);
    },

    recordOperatorAction: (action) => act(actions.recordActionStatements, actionArguments(action)),

    startBulk: ({ action, ids, key }) =>
      act(actions.startBulkStatements, { ...actionArguments(action), token: key, ids: JSON.stringify(ids) }),

    async readBulk(query) {
      const statements = [actions.readBulkStatement, actions.countEffectsStatement, actions.listLeftStatement] as const;
      const [records, effects, left] = await runner.readAll(statements, query);
      return toBulk({ records, effects, left });
    },

    cancelByOperator: ({ action, announceTo, bulk, id, ownerId }) =>
      act(actions.cancelByOperatorStatements, {
        ...actionArguments(action),
        ...effectToken(bulk, id),
        id,
        ownerId,
        announceTo: JSON.stringify(announceTo),
      }),

    wakeByOperator: ({ action, bulk, id }) =>
      act(actions.wakeByOperatorStatements, { ...actionArguments(action), ...effectToken(bulk, id), id }),

    endByOperator: ({ action, announceTo, bulk, id, refund }) => {
      const outcome = { type: "failed", code: "ended_by_operator" } as const;
      const { token = runner.createToken() } = effectToken(bulk, id);
      const end = endArguments({ id, token, outcome, refund, attempt: null, announceTo });
      return act(actions.endByOperatorStatements, { ...end, ...actionArguments(action) });
    },

    async adjustByOperator({ action, refundOf = null, ...command }) {
      return act(actions.adjustByOperatorStatements, {
        ...(await adjustArguments(command)),
        refundOf,
        ...actionArguments(action),
      });
    },
  };
}
