import { teamOfGallery } from "../../../generation/gallery-id.js";
import type { Store } from "../../../ports/store/store.js";
import { toActiveList, toChangeList, toGenerationList } from "../../rows/owner-lists.js";
import {
  changedAfter,
  listActive,
  listAll,
  listCanceled,
  listCompleted,
  listFailed,
  listPending,
  listProcessing,
  sequencesOf,
} from "../reads/pages.js";
import {
  listTeamActive,
  listTeamAll,
  listTeamCanceled,
  listTeamCompleted,
  listTeamFailed,
  listTeamPending,
  listTeamProcessing,
  teamChangedAfter,
} from "../reads/team-pages.js";
import type { StatementRunner } from "./statement-runner.js";

const ownerHistories = {
  all: listAll,
  pending: listPending,
  processing: listProcessing,
  completed: listCompleted,
  failed: listFailed,
  canceled: listCanceled,
};

const teamHistories = {
  all: listTeamAll,
  pending: listTeamPending,
  processing: listTeamProcessing,
  completed: listTeamCompleted,
  failed: listTeamFailed,
  canceled: listTeamCanceled,
};

/** Lists of an owner, and sequences of owners. Each is one snapshot: a list contains every change up to its sequence. */
export function listCommands(
  runner: StatementRunner,
): Pick<Store, "listActive" | "list" | "sequencesOf" | "changedAfter"> {
  return {
    async listActive(query) {
      const { activeLimit } = query;
      const teamId = teamOfGallery(query.ownerId);
      if (teamId !== null) {
        const args = { ...query, teamId, activeLimit: activeLimit + 1 };
        const { active, end } = await runner.read(listTeamActive, args);
        return toActiveList({ found: active, unseen: [], unseenCount: 0, end: one(end) }, activeLimit);
      }
      const { active, count, end, unseen } = await runner.read(listActive, {
        ...query,
        activeLimit: activeLimit + 1,
      });
      const rows = { found: active, unseen, unseenCount: count[0]?.count ?? 0, end: one(end) };
      return toActiveList(rows, activeLimit);
    },

    async list({ status, ...query }) {
      const teamId = teamOfGallery(query.ownerId);
      const reads = teamId === null ? ownerHistories : teamHistories;
      const args = { ...query, ...(teamId !== null && { teamId }), limit: query.limit + 1 };
      const { end, page } = await runner.read(reads[status ?? "all"], args);
      return toGenerationList({ found: page, end: one(end) }, query.limit);
    },

    async sequencesOf(ownerIds) {
      const { end, owners } = await runner.read(sequencesOf, { ownerIds: JSON.stringify(ownerIds) });
      return { sequences: new Map(owners.map(({ id, sequence }) => [id, sequence])), timeline: one(end).timeline };
    },

    async changedAfter(query) {
      const teamId = teamOfGallery(query.ownerId);
      const limit = query.limit + 1;
      const { changes, end } =
        teamId === null
          ? await runner.read(changedAfter, { ...query, limit })
          : await runner.read(teamChangedAfter, { ...query, teamId, limit });
      return toChangeList({ found: changes, end: one(end) }, query.limit);
    },
  };
}

/** The row of a part without a condition. */
function one<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("A read returned no row where it selects one.");
  return row;
}
