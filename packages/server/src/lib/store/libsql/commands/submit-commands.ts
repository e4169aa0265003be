import type { GenerationRecord } from "../../../generation/generation-record.js";
import type { AllowanceQuery } from "../../../ports/store/allowance.js";
import type { Store } from "../../../ports/store/store.js";
import { checkSubmitArguments, submitArguments, submitManyArguments } from "../../arguments/submit-arguments.js";
import { toGeneration } from "../../rows/generation-row.js";
import {
  type LimitsRow,
  refusalOf,
  type SubmittedRow,
  toAllowance,
  toSubmitManyVerdict,
  toSubmitVerdict,
} from "../../rows/submit-verdict.js";
import { sequenceStatement } from "../statements/owner-reads.js";
import { getGeneration, groupGenerations } from "../statements/reads.js";
import {
  checkSubmitStatement,
  findSubmissionStatement,
  firstSubmitStatements,
  submitStatements,
} from "../statements/submit/submit.js";
import { firstSubmitManyStatements, submitManyStatements } from "../statements/submit/submit-many.js";
import type { StatementRunner } from "./statement-runner.js";

type SubmitMethod = "submit" | "submitMany" | "listGroup" | "checkSubmit" | "readAllowance" | "findSubmission";

/** Commands that submit generations. */
export function submitCommands(runner: StatementRunner): Pick<Store, SubmitMethod> {
  const read = async (ownerId: string, id: string): Promise<GenerationRecord | null> => {
    const [row] = await runner.read(getGeneration, { ownerId, id });
    return row === undefined ? null : toGeneration(row);
  };

  const findSubmission: Store["findSubmission"] = async ({ ownerId, keyHash }) => {
    const [found] = await runner.read(findSubmissionStatement, { ownerId, keyHash });
    if (found === undefined) return null;
    const generationId = String(found.generation_id);
    const groupId = found.group_id === null ? null : String(found.group_id);
    const generation = await read(ownerId, generationId);
    return { fingerprint: String(found.fingerprint), generationId, generation, groupId };
  };

  const listGroup: Store["listGroup"] = async ({ ownerId, groupId }) => {
    const [rows, [owner]] = await runner.readAll([groupGenerations, sequenceStatement] as const, { ownerId, groupId });
    return { generations: rows.map(toGeneration), sequence: Number(owner?.sequence) };
  };

  const readLimits = async (query: AllowanceQuery): Promise<LimitsRow> => {
    // The cast is safe: the statement selects these columns.
    const rows = (await runner.read(checkSubmitStatement, checkSubmitArguments(query))) as unknown as LimitsRow[];
    const [row] = rows;
    if (row === undefined) throw new Error(`The limits of ${query.ownerId} could not be read.`);
    return row;
  };

  return {
    async submit(command) {
      const args = submitArguments(command);
      const readOwn = (id: string) => read(command.ownerId, id);
      const [row] = await runner.write<SubmittedRow>(submitStatements, args);
      if (row !== undefined) return toSubmitVerdict(command, { row, read: readOwn });
      const [first] = await runner.write<SubmittedRow>(firstSubmitStatements, args);
      if (first === undefined) return { type: "owner_erased" };
      return toSubmitVerdict(command, { row: first, read: readOwn });
    },

    async submitMany(command) {
      const args = submitManyArguments(command);
      const readGroup = async () => (await listGroup(command)).generations;
      const [row] = await runner.write<SubmittedRow>(submitManyStatements, args);
      if (row !== undefined) return toSubmitManyVerdict(command, { row, readGroup });
      const [first] = await runner.write<SubmittedRow>(firstSubmitManyStatements, args);
      return first === undefined ? { type: "owner_erased" } : toSubmitManyVerdict(command, { row: first, readGroup });
    },

    listGroup,

    async checkSubmit(query) {
      const row = await readLimits(query);
      return refusalOf({ ...query, pending: query.pending() }, row);
    },

    readAllowance: async (query) => toAllowance(query, await readLimits(query)),

    findSubmission,
  };
}
