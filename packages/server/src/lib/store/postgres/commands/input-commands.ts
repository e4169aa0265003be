import type { InputStore } from "../../../ports/store/input-store.js";
import { inputArguments, rateArguments } from "../../arguments/input-arguments.js";
import { toInputRecord } from "../../rows/input-record.js";
import { toInputVerdict } from "../../rows/input-verdict.js";
import { dropInput } from "../functions/input/drop-input.js";
import { purgeInputs } from "../functions/input/purge-inputs.js";
import { recordInput } from "../functions/input/record-input.js";
import { touchInputs } from "../functions/input/touch-inputs.js";
import { findUnused, getInput, inputWait } from "../reads/inputs.js";
import type { StatementRunner } from "./statement-runner.js";

export const inputFunctions = [dropInput, purgeInputs, recordInput, touchInputs];

export function inputCommands(runner: StatementRunner): InputStore {
  return {
    async recordInput(command) {
      return toInputVerdict(await runner.call(recordInput, inputArguments(command)));
    },

    async dropInput(command) {
      await runner.call(dropInput, command);
    },

    async inputWaitMs({ ownerId, rate }) {
      const [row] = (await runner.read(inputWait, { ownerId, ...rateArguments(rate) })).wait;
      return Math.max(Math.ceil(row?.wait_ms ?? 0), 0);
    },

    async getInput({ id, generationId = null }) {
      const [row] = (await runner.read(getInput, { id, generationId })).input;
      return row === undefined ? null : toInputRecord(row);
    },

    async touchInputs({ ids, ownerId, usedInMs = 0 }) {
      const rows = await runner.call(touchInputs, { ownerId, ids: JSON.stringify(ids), usedInMs });
      return (rows ?? []).map(toInputRecord);
    },

    async purgeInputs(command) {
      const { cutoff, unused } = await runner.read(findUnused, command);
      const [first] = cutoff;
      if (unused.length === 0 || first === undefined) return 0;
      const ids = JSON.stringify(unused.map(({ id }) => id));
      return (await runner.call(purgeInputs, { ids, unusedSince: first.unused_since })) ?? 0;
    },
  };
}
