import { now } from "../guards/guards.js";
import { ownerStart } from "../guards/owner-start.js";
import { generationColumns } from "../rows/generation-row.js";

const isVisible = "g.owner_id = :ownerId AND g.deleted_at IS NULL";
/** Sorts after every text, so that a page is one index step, with or without a cursor. */
const beyondAll = "x''";
const inScope = "(:scope IS NULL OR g.scope = :scope)";

/** One generation of its owner. */
export const getStatement = `SELECT ${generationColumns} FROM safelight_generations g
   WHERE g.id = :id AND ${isVisible}`;

/** One output of any owner: the signature of the URL authorizes the request. */
export const getOutputStatement = `SELECT o.* FROM safelight_outputs o
   JOIN safelight_generations g ON g.id = o.generation_id
   WHERE o.generation_id = :id AND o."index" = :index AND g.state = 'completed' AND g.deleted_at IS NULL`;

/** The latest preview of a generation of any owner: the signature of the URL authorizes the request. */
export const getPreviewStatement = `SELECT preview_key, preview_content_type FROM safelight_generations
   WHERE id = :id AND preview_key IS NOT NULL AND deleted_at IS NULL`;

const sequenceStatement = `SELECT coalesce(
     (SELECT sequence FROM safelight_owners WHERE id = :ownerId), ${ownerStart}) AS sequence`;

const isUnseen = `${isVisible} AND g.finished_at IS NOT NULL AND g.seen_at IS NULL
   AND g.finished_at > ${now} - :unseenForMs AND ${inScope}`;

/**
 * Omits `deleted_at`: an owner's active generations are never deleted, and SQLite would scan the whole history for it.
 */
const isActive = "g.owner_id = :ownerId AND g.finished_at IS NULL";

const isEnded = `${isVisible} AND g.finished_at IS NOT NULL`;

/** Max bytes of JSON in a page, not counting its first generation: parsing blocks the event loop. */
const maxPageBytes = 1_048_576;

/** Approximate JSON size of one output with its signed URLs, placeholder and thumbnail, in bytes. */
const bytesPerOutput = 1_024;

/** Reads no text: the row headers contain the sizes, and an index counts the outputs. */
const size = `coalesce(octet_length(g.input), 0) + coalesce(octet_length(g.metadata), 0)
       + ${bytesPerOutput} * (SELECT count(*) FROM safelight_outputs o WHERE o.generation_id = g.id)`;

/**
 * A page of at most `limit` generations in `order`, cut at `maxPageBytes`. `found` is the number of matches before the
 * cut, up to `limit`.
 */
function pageOf({ condition, column, order, limit = ":limit", index = "" }: PageQuery): string {
  return `WITH found AS (
     SELECT g.id AS id, g.${column} AS sort_key, ${size} AS size FROM safelight_generations g ${index}
     WHERE ${condition} ORDER BY g.${column} ${order} LIMIT ${limit}
   ), page AS (
     SELECT id, sort_key, count(*) OVER () AS found,
       sum(size) OVER (ORDER BY sort_key ${order} ROWS UNBOUNDED PRECEDING) - size AS bytes_before
     FROM found
   )
   SELECT ${generationColumns}, page.found AS found FROM page CROSS JOIN safelight_generations g ON g.id = page.id
   WHERE page.bytes_before < ${maxPageBytes} ORDER BY page.sort_key ${order}`;
}

interface PageQuery {
  readonly condition: string;
  /** Unique for each generation of the owner if a next page continues from it. */
  readonly column: "id" | "sequence" | "finished_at";
  readonly order: "ASC" | "DESC";
  /** An SQL parameter. */
  readonly limit?: string;
  /** An `INDEXED BY` clause. */
  readonly index?: string;
}

/**
 * Active generations, unseen ones and their number, and the owner's sequence: one snapshot. The page of active ones is
 * cut by sequence: each omitted one follows in the owner's event log after the last one of the page.
 */
export const listActiveStatements: readonly string[] = [
  pageOf({
    condition: `${isActive} AND ${inScope}`,
    column: "sequence",
    order: "ASC",
    limit: ":activeLimit",
    // SQLite would walk the owner's whole event log to save the sort.
    index: "INDEXED BY safelight_generations_active",
  }),
  pageOf({ condition: isUnseen, column: "finished_at", order: "DESC", limit: ":unseenLimit" }),
  `SELECT count(*) AS count FROM (SELECT 1 FROM safelight_generations g WHERE ${isUnseen} LIMIT :maxUnseenCount)`,
  `${sequenceStatement}, ${now} AS now`,
];

/** History, newest first, and the owner's sequence. `status` is derived, so each value has its own condition. */
export function listStatements(status: string | null): readonly string[] {
  const ofStatus =
    {
      pending: `${isActive} AND g.started_at IS NULL`,
      processing: `${isActive} AND g.started_at IS NOT NULL`,
      completed: `${isEnded} AND g.state = 'completed'`,
      failed: `${isEnded} AND g.state = 'failed'`,
      canceled: `${isEnded} AND g.state = 'canceled'`,
    }[status ?? ""] ?? isVisible;
  const condition = `${ofStatus} AND g.id < coalesce(:after, ${beyondAll})
     AND (:model IS NULL OR g.model = :model) AND ${inScope}`;
  return [pageOf({ condition, column: "id", order: "DESC" }), sequenceStatement];
}

/** Current sequence of each owner. */
export const sequencesStatement = `SELECT id, sequence FROM safelight_owners
   WHERE id IN (SELECT value FROM json_each(:ownerIds))`;

/** The owner's event log after a sequence: changed generations in their current state, and the owner's sequence. */
export const changedAfterStatements: readonly string[] = [
  pageOf({ condition: "g.owner_id = :ownerId AND g.sequence > :sequence", column: "sequence", order: "ASC" }),
  `SELECT coalesce(max(sequence), ${ownerStart}) AS sequence, :sequence NOT BETWEEN coalesce(max(log_start), ${ownerStart})
     AND coalesce(max(sequence), ${ownerStart}) AS resync
   FROM safelight_owners WHERE id = :ownerId`,
];
