import type { InputStore } from "../../../ports/store/input-store.js";
import { inputArguments, rateArguments } from "../../arguments/input-arguments.js";
import { toInputVerdict } from "../../rows/input-verdict.js";
import { dropInput } from "../functions/input/drop-input.js";
import { purgeInputs } from "../functions/input/purge-inputs.js";
import { recordInput } from "../functions/input/record-input.js";
import { touchInputs } from "../functions/input/touch-inputs.js";
import { findUnused, getInput, inputWait } from "../reads/inputs.js";
import type { Session } from "./session.js";

export const inputFunctions = [dropInput, purgeInputs, recordInput, touchInputs];

/** Commands of uploaded images. */
export function inputCommands(session: Session): InputStore {
  return {
    async recordInput(command) {
      return toInputVerdict(await session.call(recordInput, inputArguments(command)));
    },

    async dropInput(command) {
      await session.call(dropInput, command);
    },

    async inputWaitMs({ ownerId, rate }) {
      const [row] = (await session.read(inputWait, { ownerId, ...rateArguments(rate) })).wait;
      return Math.max(Math.ceil(row?.wait_ms ?? 0), 0);
    },

    async getInput({ id, generationId = null }) {
      const [row = null] = (await session.read(getInput, { id, generationId })).input;
      return row;
    },

    async findInputs({ ids, ownerId }) {
      return (await session.call(touchInputs, { ownerId, ids: JSON.stringify(ids) })) ?? [];
    },

    async purgeInputs(command) {
      const { cutoff, unused } = await session.read(findUnused, command);
      const [first] = cutoff;
      if (unused.length === 0 || first === undefined) return 0;
      const ids = JSON.stringify(unused.map(({ id }) => id));
      return (await session.call(purgeInputs, { ids, unusedSince: first.unused_since })) ?? 0;
    },
  };
}
