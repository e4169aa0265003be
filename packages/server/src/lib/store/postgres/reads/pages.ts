import type { EndRow, LogEndRow, PageRow } from "../../rows/owner-lists.js";
import { ownerStart } from "../functions/open-owner.js";
import { defineRead, type Read } from "../text/define-read.js";
import { listOf } from "../text/list-of.js";
import type { Parameters } from "../text/parameters.js";
import { timeOfRead, timeParameters } from "../text/time.js";
import { generationColumns } from "./generation-columns.js";

/** Max bytes of JSON in a page, not counting its first generation: parsing blocks the event loop. */
const maxPageBytes = 1_048_576;

/** Approximate JSON size of one output with its signed URLs, placeholder and thumbnail, in bytes. */
const bytesPerOutput = 1_024;

/** Reads no text: the row headers contain the sizes, and an index counts the outputs. */
const size = `coalesce(octet_length(g.input), 0) + coalesce(octet_length(g.metadata), 0)
        + ${bytesPerOutput} * (SELECT count(*) FROM @outputs o WHERE o.generation_id = g.id)`;

/**
 * A page of at most `:limit` generations `g`, cut at `maxPageBytes`. `found` is the number of matches before the cut, up to
 * `:limit`.
 *
 * @param page.key an expression, unique for each generation of the owner if a next page continues from it.
 */
const pageOf = (page: {
  readonly condition: string;
  readonly key: string;
  readonly order: "ASC" | "DESC";
  readonly limit?: string;
}): string => `WITH found AS (
      SELECT g.id AS page_id, ${page.key} AS sort_key, ${size} AS size FROM @generations g
      WHERE ${page.condition} ORDER BY ${page.key} ${page.order} LIMIT :${page.limit ?? "limit"}
    ), page AS (
      SELECT page_id, sort_key, count(*) OVER () AS found,
        sum(size) OVER (ORDER BY sort_key ${page.order} ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found
    )
    SELECT ${generationColumns}, page.found FROM page JOIN @generations g ON g.id = page.page_id
    WHERE page.bytes_before < ${maxPageBytes} ORDER BY page.sort_key ${page.order}`;

const isVisible = "g.owner_id = :ownerId AND g.deleted_at IS NULL";

const inScope = "(:scope IS NULL OR g.scope = :scope)";

/** Omits `deleted_at`: an owner's active generations are never deleted, and an index of the history would qualify for it. */
const isActive = "g.owner_id = :ownerId AND g.finished_at IS NULL";

const isEnded = `${isVisible} AND g.finished_at IS NOT NULL`;

const isUnseen = `${isEnded} AND g.seen_at IS NULL AND g.finished_at > ${timeOfRead} - :unseenForMs AND ${inScope}`;

const timeline = "coalesce((SELECT value FROM @settings WHERE name = 'timeline'), '')";

const sequence = `coalesce((SELECT sequence FROM @owners WHERE id = :ownerId), ${ownerStart})`;

/**
 * The active generations are cut by sequence: each omitted one follows in the owner's event log after the last one of the
 * page. The sum as their key keeps Postgres from a walk through the whole event log, which would save the sort.
 */
export const listActive = defineRead<{
  readonly active: PageRow;
  readonly unseen: PageRow;
  readonly count: { readonly count: number };
  readonly end: EndRow;
}>({
  name: "list_active",
  parameters: {
    ...timeParameters,
    ownerId: "text",
    scope: "text",
    activeLimit: "bigint",
    unseenLimit: "bigint",
    unseenForMs: "bigint",
    maxUnseenCount: "bigint",
  },
  parts: {
    active: pageOf({
      condition: `${isActive} AND ${inScope}`,
      key: "g.sequence + 0",
      order: "ASC",
      limit: "activeLimit",
    }),
    unseen: pageOf({ condition: isUnseen, key: "g.finished_at", order: "DESC", limit: "unseenLimit" }),
    count: `SELECT count(*) AS count FROM (SELECT 1 FROM @generations g WHERE ${isUnseen} LIMIT :maxUnseenCount) u`,
    end: `SELECT ${sequence} AS sequence, ${timeline} AS timeline, ${timeOfRead} AS now`,
  },
});

/** Ids are ASCII letters, digits, hyphens and underscores, and the tilde sorts after them. */
const isListed = `g.id < coalesce(:after, '~') AND (:model IS NULL OR g.model = :model) AND ${inScope}`;

const historyParameters = {
  ownerId: "text",
  after: "text",
  model: "text",
  scope: "text",
  limit: "bigint",
} as const satisfies Parameters;

type HistoryRows = { readonly page: PageRow; readonly end: Pick<EndRow, "sequence"> };

/** History, newest first, and the owner's sequence. */
const historyOf = (name: string, ofStatus: string): Read<HistoryRows> =>
  defineRead<HistoryRows>({
    name: `list_${name}`,
    parameters: historyParameters,
    parts: {
      page: pageOf({ condition: `${ofStatus} AND ${isListed}`, key: "g.id", order: "DESC" }),
      end: `SELECT ${sequence} AS sequence`,
    },
  });

export const listAll = historyOf("all", isVisible);

/** The status is derived, so each value has its own condition. */
export const listPending = historyOf("pending", `${isActive} AND g.started_at IS NULL`);
export const listProcessing = historyOf("processing", `${isActive} AND g.started_at IS NOT NULL`);
export const listCompleted = historyOf("completed", `${isEnded} AND g.state = 'completed'`);
export const listFailed = historyOf("failed", `${isEnded} AND g.state = 'failed'`);
export const listCanceled = historyOf("canceled", `${isEnded} AND g.state = 'canceled'`);

/** The owner's event log after a sequence: changed generations in their current state, and the end of the log. */
export const changedAfter = defineRead<{ readonly changes: PageRow; readonly end: LogEndRow }>({
  name: "changed_after",
  parameters: { ownerId: "text", sequence: "bigint", limit: "bigint" },
  parts: {
    changes: pageOf({
      condition: "g.owner_id = :ownerId AND g.sequence > :sequence",
      key: "g.sequence",
      order: "ASC",
    }),
    end: `SELECT coalesce(max(o.sequence), ${ownerStart}) AS sequence, ${timeline} AS timeline,
      (:sequence NOT BETWEEN coalesce(max(o.log_start), ${ownerStart}) AND coalesce(max(o.sequence), ${ownerStart}))::int AS resync
    FROM @owners o WHERE o.id = :ownerId`,
  },
});

export const sequencesOf = defineRead<{
  readonly owners: { readonly id: string; readonly sequence: number };
  readonly end: { readonly timeline: string };
}>({
  name: "sequences_of",
  parameters: { ownerIds: "text" },
  parts: {
    owners: `SELECT id, sequence FROM @owners WHERE id = ANY (${listOf(":ownerIds")})`,
    end: `SELECT ${timeline} AS timeline`,
  },
});
