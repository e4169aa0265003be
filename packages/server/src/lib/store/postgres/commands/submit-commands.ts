import type { Store } from "../../../ports/store/store.js";
import { checkSubmitArguments, submitArguments } from "../../arguments/submit-arguments.js";
import { toGeneration } from "../../rows/generation-row.js";
import { refusalOf, toSubmitVerdict } from "../../rows/submit-verdict.js";
import { submit } from "../functions/submit.js";
import { checkSubmit, findSubmission, getGeneration } from "../reads/generation.js";
import type { Session } from "./session.js";

export const submitFunctions = [submit];

/** Commands that submit generations. */
export function submitCommands(session: Session): Pick<Store, "submit" | "checkSubmit" | "findSubmission"> {
  return {
    async submit(command) {
      const row = await session.call(submit, submitArguments(command));
      if (row === null) throw new Error(`The submit of ${command.id} returned no verdict.`);
      return toSubmitVerdict(command, {
        row,
        async read(id) {
          const [found] = (await session.read(getGeneration, { ownerId: command.ownerId, id })).generation;
          return found === undefined ? null : toGeneration(found);
        },
      });
    },

    async checkSubmit(query) {
      const [row] = (await session.read(checkSubmit, checkSubmitArguments(query))).limits;
      return row === undefined ? null : refusalOf({ ...query, pending: query.pending() }, row);
    },

    async findSubmission({ ownerId, keyHash }) {
      const { generation, submission } = await session.read(findSubmission, { ownerId, keyHash });
      const [[found], [row]] = [submission, generation];
      if (found === undefined) return null;
      const { fingerprint, generation_id: generationId } = found;
      return { fingerprint, generationId, generation: row === undefined ? null : toGeneration(row) };
    },
  };
}
