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
import { recordAction, startBulk } from "../functions/operator/record-action.js";
import {
  adjustByOperator,
  cancelByOperator,
  endByOperator,
  wakeByOperator,
} from "../functions/operator/recorded-commands.js";
import * as reads from "../reads/operator.js";
import type { CommandFunction } from "../text/define-function.js";
import type { Arguments } from "../text/parameters.js";
import type { StatementRunner } from "./statement-runner.js";

export const operatorFunctions = [
  recordAction,
  startBulk,
  cancelByOperator,
  endByOperator,
  wakeByOperator,
  adjustByOperator,
];

const searches = { time: reads.findByTime, owner: reads.findOfOwner, active: reads.findActive } as const;

/** Reads and commands of operators, on the rows of any owner. */
export function operatorCommands(runner: StatementRunner): OperatorStore {
  const act = async (command: CommandFunction<OperatorActionRow>, args: Arguments): Promise<OperatorActionRecord> => {
    const row = await runner.call(command, { token: runner.createToken(), ...args });
    if (row === null) throw new Error("The action of an operator was not recorded.");
    return toActionRecord(row);
  };
  const listActions = async (query: Parameters<OperatorStore["listOperatorActions"]>[0]) => {
    const read = query.subject === null ? reads.listActions : reads.listActionsOf;
    return (await runner.read(read, query)).actions.map(toActionRecord);
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

    async readOverview({ from, intervalMs, scanLimit }) {
      const args = { scanLimit, fromMs: from, from: firstIdAt(from), beforeId: afterAllIds, intervalMs };
      const { active, outcomes, time } = await runner.read(reads.readOverview, args);
      const counted = outcomes.reduce((sum, { count }) => sum + count, 0);
      return { active, outcomes, counted, now: Number(time[0]?.now) };
    },

    listOperatorActions: listActions,

    recordOperatorAction: (action) => act(recordAction, actionArguments(action)),

    startBulk: ({ action, ids, key }) =>
      act(startBulk, { ...actionArguments(action), token: key, ids: JSON.stringify(ids) }),

    readBulk: async (query) => toBulk(await runner.read(reads.readBulk, query)),

    cancelByOperator: ({ action, announceTo, bulk, id, ownerId }) =>
      act(cancelByOperator, {
        ...actionArguments(action),
        ...effectToken(bulk, id),
        id,
        ownerId,
        announceTo: JSON.stringify(announceTo),
      }),

    wakeByOperator: ({ action, bulk, id }) =>
      act(wakeByOperator, { ...actionArguments(action), ...effectToken(bulk, id), id }),

    endByOperator: ({ action, announceTo, bulk, id, refund }) => {
      const outcome = { type: "failed", code: "ended_by_operator" } as const;
      const { token = runner.createToken() } = effectToken(bulk, id);
      const end = endArguments({ id, token, outcome, refund, attempt: null, announceTo });
      return act(endByOperator, { ...end, to: "failed", ...actionArguments(action) });
    },

    async adjustByOperator({ action, refundOf = null, ...command }) {
      return act(adjustByOperator, { ...(await adjustArguments(command)), refundOf, ...actionArguments(action) });
    },
  };
}
