import { teamOfGallery } from "../../../generation/gallery-id.js";
import type { Store } from "../../../ports/store/store.js";
import { toAttempt, toGeneration, toOutput } from "../../rows/generation-row.js";
import { requestCancel } from "../functions/owner/request-cancel.js";
import { getGeneration, getOutput, getPreview, getTeamGeneration, readAttempts } from "../reads/generation.js";
import type { StatementRunner } from "./statement-runner.js";

export const ownerFunctions = [requestCancel];

type OwnerCommand = "get" | "readAttempts" | "getOutput" | "getPreview" | "requestCancel";

/** Reads and commands of an owner. All but `getOutput` and `getPreview` have the owner as a condition. */
export function ownerCommands(runner: StatementRunner): Pick<Store, OwnerCommand> {
  return {
    async get(query) {
      const teamId = teamOfGallery(query.ownerId);
      const { generation } =
        teamId === null
          ? await runner.read(getGeneration, query)
          : await runner.read(getTeamGeneration, { teamId, id: query.id });
      const [row] = generation;
      return row === undefined ? null : toGeneration(row);
    },

    async readAttempts(query) {
      const { attempts, moments } = await runner.read(readAttempts, query);
      return { attempts: attempts.map(toAttempt).filter((attempt) => attempt !== null), moments };
    },

    async getOutput(query) {
      const [row] = (await runner.read(getOutput, query)).output;
      return row === undefined ? null : toOutput(row);
    },

    async getPreview(query) {
      const [row] = (await runner.read(getPreview, query)).preview;
      return row === undefined ? null : { storageKey: row.key, contentType: row.contentType };
    },

    async requestCancel({ ownerId, id, accountId = ownerId, announceTo = [] }) {
      const args = { ownerId, id, accountId, token: runner.createToken(), announceTo: JSON.stringify(announceTo) };
      const row = await runner.call(requestCancel, args);
      return row === null ? null : { applied: row.applied === 1, generation: toGeneration(row) };
    },
  };
}
