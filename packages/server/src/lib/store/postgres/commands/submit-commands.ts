import type { AllowanceQuery } from "../../../ports/store/allowance.js";
import type { Store } from "../../../ports/store/store.js";
import { checkSubmitArguments, submitArguments, submitManyArguments } from "../../arguments/submit-arguments.js";
import { toGeneration } from "../../rows/generation-row.js";
import {
  type LimitsRow,
  refusalOf,
  toAllowance,
  toSubmitManyVerdict,
  toSubmitVerdict,
} from "../../rows/submit-verdict.js";
import { submit } from "../functions/submit/submit.js";
import { submitMany } from "../functions/submit/submit-many.js";
import { checkSubmit, findSubmission, getGeneration, listGroup } from "../reads/generation.js";
import type { StatementRunner } from "./statement-runner.js";

export const submitFunctions = [submit, submitMany];

export function submitCommands(
  runner: StatementRunner,
): Pick<Store, "submit" | "submitMany" | "listGroup" | "checkSubmit" | "readAllowance" | "findSubmission"> {
  const readLimits = async (query: AllowanceQuery): Promise<LimitsRow> => {
    const [row] = (await runner.read(checkSubmit, checkSubmitArguments(query))).limits;
    if (row === undefined) throw new Error(`The limits of ${query.ownerId} could not be read.`);
    return row;
  };

  const readGroup: Store["listGroup"] = async (query) => {
    const { end, generations } = await runner.read(listGroup, query);
    return { generations: generations.map(toGeneration), sequence: Number(end[0]?.sequence) };
  };

  return {
    async submit(command) {
      const row = await runner.call(submit, submitArguments(command));
      if (row === null) throw new Error(`The submit of ${command.id} returned no verdict.`);
      return toSubmitVerdict(command, {
        row,
        async read(id) {
          const [found] = (await runner.read(getGeneration, { ownerId: command.ownerId, id })).generation;
          return found === undefined ? null : toGeneration(found);
        },
      });
    },

    async submitMany(command) {
      const row = await runner.call(submitMany, submitManyArguments(command));
      if (row === null) throw new Error(`The submit of ${command.groupId} returned no verdict.`);
      return toSubmitManyVerdict(command, { row, readGroup: async () => (await readGroup(command)).generations });
    },

    listGroup: readGroup,

    async checkSubmit(query) {
      const row = await readLimits(query);
      return refusalOf({ ...query, pending: query.pending() }, row);
    },

    readAllowance: async (query) => toAllowance(query, await readLimits(query)),

    async findSubmission({ ownerId, keyHash }) {
      const { generation, submission } = await runner.read(findSubmission, { ownerId, keyHash });
      const [used] = submission;
      if (used === undefined) return null;
      const [row] = generation;
      const { fingerprint, generation_id: generationId, group_id: groupId } = used;
      return { fingerprint, generationId, generation: row === undefined ? null : toGeneration(row), groupId };
    },
  };
}
