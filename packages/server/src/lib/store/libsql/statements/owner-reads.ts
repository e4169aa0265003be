import { generationColumns } from "../generation-row.js";
import { now } from "../guards.js";
import { ownerStart } from "../owner-start.js";

const isVisible = "g.owner_id = :ownerId AND g.deleted_at IS NULL";
/** Comes after every text, so that a page is one step down the index, with a place to begin at and without. */
const beyondAll = "x''";
const inScope = "(:scope IS NULL OR g.scope = :scope)";

/** One generation of its owner. */
export const getStatement = `SELECT ${generationColumns} FROM safelight_generations g
   WHERE g.id = :id AND ${isVisible}`;

/** One output, for whoever holds a signature. */
export const getOutputStatement = `SELECT o.* FROM safelight_outputs o
   JOIN safelight_generations g ON g.id = o.generation_id
   WHERE o.generation_id = :id AND o."index" = :index AND g.state = 'completed' AND g.deleted_at IS NULL`;

/** The newest preview, for whoever holds a signature. */
export const getPreviewStatement = `SELECT preview_key, preview_content_type FROM safelight_generations
   WHERE id = :id AND preview_key IS NOT NULL AND deleted_at IS NULL`;

const sequenceStatement = `SELECT coalesce(
     (SELECT sequence FROM safelight_owners WHERE id = :ownerId), ${ownerStart}) AS sequence`;

const isUnseen = `${isVisible} AND g.finished_at IS NOT NULL AND g.seen_at IS NULL
   AND g.finished_at > ${now} - :unseenForMs AND ${inScope}`;

/** What is in progress, what ended unseen, how much of that, and where the owner's order stands: one snapshot. */
export const listActiveStatements: readonly string[] = [
  `SELECT ${generationColumns} FROM safelight_generations g
   WHERE g.owner_id = :ownerId AND g.finished_at IS NULL AND ${inScope} ORDER BY g.id DESC`,
  `SELECT ${generationColumns} FROM safelight_generations g WHERE ${isUnseen}
   ORDER BY g.finished_at DESC LIMIT :unseenLimit`,
  `SELECT count(*) AS count FROM safelight_generations g WHERE ${isUnseen}`,
  `${sequenceStatement}, ${now} AS now`,
];

/** Nothing of an owner's is deleted before its end; asked for that, it would be looked for in all of the history. */
const isActive = "g.owner_id = :ownerId AND g.finished_at IS NULL";

/** History, newest first, and where the owner's order stands. `status` is derived, so each has its own condition. */
export function listStatements(status: string | null): readonly string[] {
  const condition =
    {
      pending: `${isActive} AND g.started_at IS NULL`,
      processing: `${isActive} AND g.started_at IS NOT NULL`,
      completed: `${isVisible} AND g.state = 'completed'`,
      failed: `${isVisible} AND g.state = 'failed'`,
      canceled: `${isVisible} AND g.state = 'canceled'`,
    }[status ?? ""] ?? isVisible;
  const page = `SELECT ${generationColumns} FROM safelight_generations g
   WHERE ${condition} AND g.id < coalesce(:after, ${beyondAll}) AND (:model IS NULL OR g.model = :model) AND ${inScope}
   ORDER BY g.id DESC LIMIT :limit`;
  return [page, sequenceStatement];
}

/** Where the order of each owner stands. */
export const sequencesStatement = `SELECT id, sequence FROM safelight_owners
   WHERE id IN (SELECT value FROM json_each(:ownerIds))`;

/** The owner's event log from a sequence on: what changed, in its newest form, and where the order stands. */
export const changedAfterStatements: readonly string[] = [
  `SELECT ${generationColumns} FROM safelight_generations g
   WHERE g.owner_id = :ownerId AND g.sequence > :sequence ORDER BY g.sequence LIMIT :limit`,
  `SELECT coalesce(max(sequence), ${ownerStart}) AS sequence, :sequence NOT BETWEEN coalesce(max(log_start), ${ownerStart})
     AND coalesce(max(sequence), ${ownerStart}) AS resync
   FROM safelight_owners WHERE id = :ownerId`,
];
