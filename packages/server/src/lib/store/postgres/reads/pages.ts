import type { EndRow, LogEndRow, PageRow } from "../../rows/owner-lists.js";
import { defineRead, type Read } from "../text/define-read.js";
import { listOf } from "../text/list-of.js";
import {
  type HistoryRows,
  historyParameters,
  inScope,
  logEnd,
  pageOf,
  sequence,
  timeline,
} from "../text/lists/gallery-reads.js";
import { ofOwner } from "../text/of-owner.js";
import { nowInRead, timeParameters } from "../text/time.js";
import { generationColumns } from "./generation-columns.js";

const isUnseen = `g.owner_id = :ownerId AND g.deleted_at IS NULL AND g.finished_at IS NOT NULL AND g.seen_at IS NULL
        AND g.finished_at > ${nowInRead} - :unseenForMs AND ${inScope}`;

/**
 * The active generations are cut by sequence: each omitted one follows in the owner's event log after the last one of the
 * page. The sum as their key keeps Postgres from a walk through the whole event log, which would save the sort. Their
 * condition omits `deleted_at`, since an owner's active generations are never deleted: their index has it neither.
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
      condition: `g.owner_id = :ownerId AND g.finished_at IS NULL AND ${inScope}`,
      key: "g.sequence + 0",
      order: "ASC",
      limit: "activeLimit",
      columns: generationColumns,
    }),
    unseen: pageOf({
      condition: isUnseen,
      key: "g.finished_at",
      order: "DESC",
      limit: "unseenLimit",
      columns: generationColumns,
    }),
    count: `SELECT count(*) AS count FROM (SELECT 1 FROM @generations g WHERE ${isUnseen} LIMIT :maxUnseenCount) u`,
    end: `SELECT ${sequence} AS sequence, ${timeline} AS timeline, ${nowInRead} AS now`,
  },
});

/**
 * History, newest first, and the owner's sequence. The page reads one index, in the order of its columns.
 *
 * @param history.state of the generations, in the index of the history by state; absent for the other indexes.
 */
const historyOf = (
  name: string,
  history: { readonly condition: string; readonly state?: "completed" | "failed" | "canceled" },
): Read<HistoryRows> => {
  const { condition, state } = history;
  const constants = state === undefined ? ["g.owner_id"] : ["g.owner_id", "g.state"];
  const isListed = `${ofOwner("g", { state, before: "coalesce(:after, '~')" })}
        AND (:model IS NULL OR g.model = :model) AND ${inScope}`;
  return defineRead<HistoryRows>({
    name: `list_${name}`,
    parameters: historyParameters,
    parts: {
      page: pageOf({
        condition: `${isListed} AND ${condition}`,
        key: "g.id",
        constants,
        order: "DESC",
        columns: generationColumns,
      }),
      end: `SELECT ${sequence} AS sequence`,
    },
  });
};

const isPresent = "g.deleted_at IS NULL";
const isTerminal = `g.finished_at IS NOT NULL AND ${isPresent}`;

export const listAll = historyOf("all", { condition: isPresent });

/** The status is derived, so each value has its own condition. An owner's active generations are never deleted. */
export const listPending = historyOf("pending", { condition: "g.finished_at IS NULL AND g.started_at IS NULL" });
export const listProcessing = historyOf("processing", {
  condition: "g.finished_at IS NULL AND g.started_at IS NOT NULL",
});
export const listCompleted = historyOf("completed", { condition: isTerminal, state: "completed" });
export const listFailed = historyOf("failed", { condition: isTerminal, state: "failed" });
export const listCanceled = historyOf("canceled", { condition: isTerminal, state: "canceled" });

/** The owner's event log after a sequence: changed generations in their current state, and the end of the log. */
export const changedAfter = defineRead<{ readonly changes: PageRow; readonly end: LogEndRow }>({
  name: "changed_after",
  parameters: { ownerId: "text", sequence: "bigint", limit: "bigint" },
  parts: {
    changes: pageOf({
      condition: "g.owner_id = :ownerId AND g.sequence > :sequence",
      key: "g.sequence",
      order: "ASC",
      columns: generationColumns,
    }),
    end: logEnd,
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
