import type { InputRecord, InputStore } from "../../../ports/store/input-store.js";
import { inputArguments, rateArguments } from "../../arguments/input-arguments.js";
import { toInputRecord } from "../../rows/input-record.js";
import { type RecordedInputRow, toInputVerdict } from "../../rows/input-verdict.js";
import {
  dropInputStatements,
  findUnusedStatement,
  inputWaitStatement,
  purgeInputsStatements,
  recordInputStatements,
  touchInputsStatements,
} from "../statements/inputs.js";
import { getInput } from "../statements/reads.js";
import type { StatementRunner } from "./statement-runner.js";

export function inputCommands(runner: StatementRunner): InputStore {
  return {
    async recordInput(command) {
      const [row] = await runner.write<RecordedInputRow>(recordInputStatements, inputArguments(command));
      return toInputVerdict(row);
    },

    async dropInput(command) {
      await runner.write(dropInputStatements, command);
    },

    async inputWaitMs({ ownerId, rate }) {
      const [row] = await runner.read(inputWaitStatement, { ownerId, ...rateArguments(rate) });
      return Math.max(Math.ceil(Number(row?.wait_ms ?? 0)), 0);
    },

    async getInput({ id, generationId = null }) {
      const [row] = await runner.read(getInput, { id, generationId });
      return row === undefined ? null : toInputRecord(row);
    },

    async touchInputs({ ownerId, ids, usedInMs = 0 }) {
      const command = { ownerId, ids: JSON.stringify(ids), usedInMs };
      return (await runner.write<InputRecord>(touchInputsStatements, command)).map(toInputRecord);
    },

    async purgeInputs({ unusedForMs, limit }) {
      const unused = await runner.read(findUnusedStatement, { unusedForMs, limit });
      const [oldest] = unused;
      if (oldest === undefined) return 0;
      const ids = JSON.stringify(unused.map(({ id }) => id));
      const [row] = await runner.write(purgeInputsStatements, { ids, unusedSince: Number(oldest.unused_since) });
      return unused.length - Number(row?.remaining);
    },
  };
}
