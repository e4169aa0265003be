import type { OperatorActionRecord, OperatorStore } from "../../../ports/store/operator-store.js";
import { adjustArguments } from "../../arguments/credits-arguments.js";
import { actionArguments, effectToken } from "../../arguments/operator-arguments.js";
import { submitArguments } from "../../arguments/submit-arguments.js";
import { endArguments } from "../../arguments/worker-arguments.js";
import { type OperatorActionRow, toActionRecord } from "../../rows/operator-rows.js";
import { deliver, drop } from "../functions/operator/delivery-commands.js";
import { recordAction, startBulk } from "../functions/operator/record-action.js";
import {
  adjustByOperator,
  announceByOperator,
  cancelByOperator,
  endByOperator,
  removeByOperator,
  retryByOperator,
  wakeByOperator,
} from "../functions/operator/recorded-commands.js";
import type { CommandFunction } from "../text/define-function.js";
import type { Arguments } from "../text/parameters.js";
import { operatorReads } from "./operator-reads.js";
import type { StatementRunner } from "./statement-runner.js";

export const operatorFunctions = [
  recordAction,
  startBulk,
  cancelByOperator,
  endByOperator,
  wakeByOperator,
  adjustByOperator,
  retryByOperator,
  removeByOperator,
  announceByOperator,
  deliver,
  drop,
];

/** Reads and commands of operators, on the rows of any owner. */
export function operatorCommands(runner: StatementRunner): OperatorStore {
  const act = async (command: CommandFunction<OperatorActionRow>, args: Arguments): Promise<OperatorActionRecord> => {
    const row = await runner.call(command, { token: runner.createToken(), ...args });
    if (row === null) throw new Error("The action of an operator was not recorded.");
    return toActionRecord(row);
  };
  return {
    ...operatorReads(runner),

    recordOperatorAction: (action) => act(recordAction, actionArguments(action)),

    startBulk: ({ action, ids, key }) =>
      act(startBulk, { ...actionArguments(action), token: key, ids: JSON.stringify(ids) }),

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

    retryByOperator: ({ action, token, ...command }) =>
      act(retryByOperator, { ...submitArguments(command), ...actionArguments(action), token }),

    removeByOperator: ({ action, id, ownerId }) => act(removeByOperator, { ...actionArguments(action), id, ownerId }),

    announceByOperator: ({ action, announceTo, id }) =>
      act(announceByOperator, { ...actionArguments(action), id, announceTo: JSON.stringify(announceTo) }),

    changeDelivery: ({ action, id }) =>
      act(action.action === "drop" ? drop : deliver, { ...actionArguments(action), item: id }),
  };
}
