import type { EndRow, LogEndRow, PageRow } from "../../rows/owner-lists.js";
import { defineRead, type Read } from "../text/define-read.js";
import {
  type HistoryRows,
  historyParameters,
  inScope,
  logEnd,
  pageOf,
  sequence,
  timeline,
} from "../text/lists/gallery-reads.js";
import { ofOwner, teamColumn } from "../text/of-owner.js";
import { nowInRead, timeParameters } from "../text/time.js";
import { teamGenerationColumns } from "./generation-columns.js";

/* The reads of a team's gallery, each as that of an owner. `:ownerId` is the id of the gallery, whose log they read. */

const columns = teamGenerationColumns;
const isPresent = "g.deleted_at IS NULL";

/** An erased generation may still be active. No generation of a team is unseen: only an owner marks generations as seen. */
export const listTeamActive = defineRead<{ readonly active: PageRow; readonly end: EndRow }>({
  name: "list_team_active",
  parameters: { ...timeParameters, ownerId: "text", teamId: "text", scope: "text", activeLimit: "bigint" },
  parts: {
    active: pageOf({
      condition: `g.team_id = :teamId AND g.finished_at IS NULL AND ${isPresent} AND ${inScope}`,
      key: "g.team_sequence + 0",
      order: "ASC",
      limit: "activeLimit",
      columns,
    }),
    end: `SELECT ${sequence} AS sequence, ${timeline} AS timeline, ${nowInRead} AS now`,
  },
});

const historyOf = (
  name: string,
  { condition, state }: { readonly condition: string; readonly state?: "completed" | "failed" | "canceled" },
): Read<HistoryRows> => {
  const constants = state === undefined ? ["g.team_id"] : ["g.team_id", "g.state"];
  const isListed = `${ofOwner("g", { state, before: "coalesce(:after, '~')", of: teamColumn })}
        AND (:model IS NULL OR g.model = :model) AND ${inScope}`;
  return defineRead<HistoryRows>({
    name: `list_team_${name}`,
    parameters: { ...historyParameters, teamId: "text" },
    parts: {
      page: pageOf({ condition: `${isListed} AND ${condition}`, key: "g.id", constants, order: "DESC", columns }),
      end: `SELECT ${sequence} AS sequence`,
    },
  });
};

const isActive = `g.finished_at IS NULL AND ${isPresent}`;
const isTerminal = `g.finished_at IS NOT NULL AND ${isPresent}`;

export const listTeamAll = historyOf("all", { condition: isPresent });
export const listTeamPending = historyOf("pending", { condition: `${isActive} AND g.started_at IS NULL` });
export const listTeamProcessing = historyOf("processing", { condition: `${isActive} AND g.started_at IS NOT NULL` });
export const listTeamCompleted = historyOf("completed", { condition: isTerminal, state: "completed" });
export const listTeamFailed = historyOf("failed", { condition: isTerminal, state: "failed" });
export const listTeamCanceled = historyOf("canceled", { condition: isTerminal, state: "canceled" });

export const teamChangedAfter = defineRead<{ readonly changes: PageRow; readonly end: LogEndRow }>({
  name: "team_changed_after",
  parameters: { ownerId: "text", teamId: "text", sequence: "bigint", limit: "bigint" },
  parts: {
    changes: pageOf({
      condition: "g.team_id = :teamId AND g.team_sequence > :sequence",
      key: "g.team_sequence",
      order: "ASC",
      columns,
    }),
    end: logEnd,
  },
});
