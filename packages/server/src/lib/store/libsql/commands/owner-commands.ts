import { teamOfGallery } from "../../../generation/gallery-id.js";
import type { GenerationMoment } from "../../../ports/store/attempt-history.js";
import type { Store } from "../../../ports/store/store.js";
import { firstPage } from "../../rows/first-page.js";
import { type GenerationRow, toAttempt, toGeneration, toOutput } from "../../rows/generation-row.js";
import { toActiveList, toChangeList, toGenerationList } from "../../rows/owner-lists.js";
import { type RemovedRow, toRemoveVerdict } from "../../rows/owner-verdict.js";
import { momentsStatement } from "../statements/moments.js";
import { claimNoticesStatements, confirmNoticesStatements, findNoticesStatement } from "../statements/notices.js";
import { logEndStatement, sequenceAndTimeStatement, sequenceStatement } from "../statements/owner-reads.js";
import { markSeenStatements, removeStatements } from "../statements/owner-writes.js";
import * as reads from "../statements/reads.js";
import { requestCancelStatements } from "../statements/settle.js";
import * as teamReads from "../statements/team-reads.js";
import { readTimelineStatement } from "../statements/timeline.js";
import type { StatementRunner } from "./statement-runner.js";

/** `applied`: 1 if this command changed the generation. */
type CanceledRow = GenerationRow & { readonly applied: number };

type OwnerCommand =
  | "get"
  | "readAttempts"
  | "getOutput"
  | "getPreview"
  | "listActive"
  | "list"
  | "sequencesOf"
  | "changedAfter"
  | "requestCancel"
  | "markSeen"
  | "claimNotices"
  | "confirmNotices"
  | "remove";

const ownerPages = {
  generation: reads.getGeneration,
  active: reads.activePage,
  changes: reads.changesPage,
  all: reads.historyPage,
  pending: reads.pendingPage,
  processing: reads.processingPage,
  completed: reads.completedPage,
  failed: reads.failedPage,
  canceled: reads.canceledPage,
};

const teamPages = {
  generation: teamReads.teamGeneration,
  active: teamReads.teamActivePage,
  changes: teamReads.teamChangesPage,
  all: teamReads.teamHistoryPage,
  pending: teamReads.teamPendingPage,
  processing: teamReads.teamProcessingPage,
  completed: teamReads.teamCompletedPage,
  failed: teamReads.teamFailedPage,
  canceled: teamReads.teamCanceledPage,
};

/** The reads of a gallery, and the argument that those of a team need. */
function readsOf(galleryId: string) {
  const teamId = teamOfGallery(galleryId);
  return teamId === null
    ? { pages: ownerPages, gallery: { ownerId: galleryId } }
    : { pages: teamPages, gallery: { ownerId: galleryId, teamId } };
}

/** Reads and commands of an owner. All but `getOutput`, `getPreview` and `sequencesOf` have the owner as a condition. */
export function ownerCommands(runner: StatementRunner): Pick<Store, OwnerCommand> {
  return {
    async get({ ownerId, id }) {
      const { gallery, pages } = readsOf(ownerId);
      const [row] = await runner.read(pages.generation, { ...gallery, id });
      return row === undefined ? null : toGeneration(row);
    },

    async readAttempts({ ownerId, id }) {
      const [attempts, moments] = await runner.readAll([reads.attemptsOf, momentsStatement] as const, { ownerId, id });
      return {
        attempts: attempts.map(toAttempt).filter((attempt) => attempt !== null),
        // The cast is safe: the statement selects these columns.
        moments: moments as unknown as readonly GenerationMoment[],
      };
    },

    async getOutput({ id, index }) {
      const [row] = await runner.read(reads.getOutput, { id, index });
      return row === undefined ? null : toOutput(row);
    },

    async getPreview({ id }) {
      const [row] = await runner.read(reads.getPreview, { id });
      if (row === undefined) return null;
      return { storageKey: String(row.previewKey), contentType: String(row.previewContentType) };
    },

    async listActive({ ownerId, scope, activeLimit, unseenLimit, unseenForMs, maxUnseenCount }) {
      const { gallery, pages } = readsOf(ownerId);
      const args = { ...gallery, scope, activeLimit: activeLimit + 1, unseenLimit, unseenForMs, maxUnseenCount };
      const statements = [pages.active, reads.unseenPage, reads.unseenCount, sequenceAndTimeStatement] as const;
      const [found, unseen, [count], [row]] = await runner.readAll(statements, args);
      const end = { sequence: Number(row?.sequence), timeline: String(row?.timeline), now: Number(row?.now) };
      return toActiveList({ found, unseen, unseenCount: count?.count ?? 0, end }, activeLimit);
    },

    async list({ ownerId, limit, after, status, model, scope }) {
      const { gallery, pages } = readsOf(ownerId);
      const args = { ...gallery, after, model, scope, limit: limit + 1 };
      const [found, [owner]] = await runner.readAll([pages[status ?? "all"], sequenceStatement], args);
      return toGenerationList({ found, end: { sequence: Number(owner?.sequence) } }, limit);
    },

    async sequencesOf(ownerIds) {
      const args = { ownerIds: JSON.stringify(ownerIds) };
      const [rows, [setting]] = await runner.readAll([reads.readSequences, readTimelineStatement], args);
      return {
        sequences: new Map(rows.map(({ id, sequence }) => [id, sequence])),
        timeline: String(setting?.timeline),
      };
    },

    async changedAfter({ ownerId, sequence, limit }) {
      const { gallery, pages } = readsOf(ownerId);
      const args = { ...gallery, sequence, limit: limit + 1 };
      const [found, [row]] = await runner.readAll([pages.changes, logEndStatement], args);
      const end = { sequence: Number(row?.sequence), timeline: String(row?.timeline), resync: Number(row?.resync) };
      return toChangeList({ found, end }, limit);
    },

    async requestCancel({ ownerId, id, announceTo = [] }) {
      const args = { ownerId, id, token: runner.createToken(), announceTo: JSON.stringify(announceTo) };
      const [row] = await runner.write<CanceledRow>(requestCancelStatements, args);
      return row === undefined ? null : { applied: row.applied === 1, generation: toGeneration(row) };
    },

    async markSeen({ ownerId, ids }) {
      await runner.write(markSeenStatements, { ownerId, ids: JSON.stringify(ids) });
    },

    async claimNotices({ ownerId, claim, limit, forMs, leaseMs }) {
      const args = { ownerId, claim, forMs, leaseMs: Math.ceil(leaseMs) };
      const found = await runner.read(findNoticesStatement, { ...args, limit });
      if (found.length === 0) return [];
      const held = found.filter((row) => row.noticeClaim === claim);
      const ids = JSON.stringify(firstPage(held.length > 0 ? held : found).map((row) => row.id));
      const rows = await runner.write<GenerationRow>(claimNoticesStatements, { ...args, ids });
      return rows.map(toGeneration);
    },

    async confirmNotices({ ownerId, claim, ids }) {
      await runner.write(confirmNoticesStatements, { ownerId, claim, ids: JSON.stringify(ids) });
    },

    async remove({ ownerId, id }) {
      const [row = null] = await runner.write<RemovedRow>(removeStatements, { ownerId, id });
      return toRemoveVerdict(row);
    },
  };
}
