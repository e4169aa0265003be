import type { OperatorActionRecord, OperatorStore } from "../../../ports/store/operator-store.js";
import { adjustArguments } from "../../arguments/credits-arguments.js";
import { actionArguments, effectToken } from "../../arguments/operator-arguments.js";
import { submitArguments } from "../../arguments/submit-arguments.js";
import { endArguments } from "../../arguments/worker-arguments.js";
import { type OperatorActionRow, toActionRecord } from "../../rows/operator-rows.js";
import type { SqlArguments } from "../executor/executor.js";
import * as actions from "../statements/operator/actions.js";
import { deliverStatements, dropStatements } from "../statements/operator/deliveries.js";
import { operatorReads } from "./operator-reads.js";
import type { StatementRunner } from "./statement-runner.js";

/** Reads and commands of operators, on the rows of any owner. */
export function operatorCommands(runner: StatementRunner): OperatorStore {
  const act = async (statements: readonly string[], args: SqlArguments): Promise<OperatorActionRecord> => {
    const [row] = await runner.write<OperatorActionRow>(statements, { token: runner.createToken(), ...args });
    if (row === undefined) throw new Error("The action of an operator was not recorded.");
    return toActionRecord(row);
  };
  return {
    ...operatorReads(runner),

    recordOperatorAction: (action) => act(actions.recordActionStatements, actionArguments(action)),

    startBulk: ({ action, ids, key }) =>
      act(actions.startBulkStatements, { ...actionArguments(action), token: key, ids: JSON.stringify(ids) }),

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

    retryByOperator: ({ action, token, ...command }) =>
      act(actions.retryByOperatorStatements, { ...submitArguments(command), ...actionArguments(action), token }),

    removeByOperator: ({ action, id, ownerId }) =>
      act(actions.removeByOperatorStatements, { ...actionArguments(action), id, ownerId }),

    announceByOperator: ({ action, announceTo, id }) =>
      act(actions.announceByOperatorStatements, {
        ...actionArguments(action),
        ...{ id, announceTo: JSON.stringify(announceTo) },
      }),

    changeDelivery: ({ action, id }) =>
      act(action.action === "drop" ? dropStatements : deliverStatements, { ...actionArguments(action), item: id }),
  };
}
