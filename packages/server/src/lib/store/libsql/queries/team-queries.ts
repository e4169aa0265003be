import { and, asc, desc, eq, gt, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { ReadRows } from "../rows/read-rows.js";
import { g, teamGenerationFields } from "./fields.js";
import { inScope, isListed, isOnPage, type Page, pageOf, size } from "./pages.js";
import type { Query } from "./queries.js";
import { argument, builder, toList } from "./sql-text.js";

const ofTeam = eq(g.teamId, argument("teamId"));
const isInTeam = and(ofTeam, isNull(g.deletedAt));
const isActiveInTeam = and(ofTeam, isNull(g.finishedAt), isNull(g.deletedAt));
const hasEndedInTeam = and(isInTeam, isNotNull(g.finishedAt));

const teamPageOf = (page: Omit<Page, "fields">) => pageOf({ ...page, fields: teamGenerationFields });

const activeIndex = "safelight_generations_team_active";

const teamHistoryOf = (ofStatus: SQL | undefined) =>
  teamPageOf({ condition: and(ofStatus, isListed), column: "id", order: desc });

/** Without the index, SQLite would walk the history. */
const teamActiveOf = (ofStatus: SQL | undefined) =>
  teamPageOf({ condition: and(isActiveInTeam, ofStatus, isListed), column: "id", order: desc, index: activeIndex });

/** The reads of a team's gallery, each as that of an owner. */
export const teamQueries: { readonly [Name in keyof ReadRows & `team${string}`]: Query<ReadRows[Name]> } = {
  teamGeneration: builder
    .select(teamGenerationFields)
    .from(g)
    .where(and(eq(g.id, argument("id")), isInTeam)),

  teamActivePage: teamPageOf({
    condition: and(isActiveInTeam, inScope),
    column: "teamSequence",
    order: asc,
    limit: "activeLimit",
    index: activeIndex,
  }),
  teamHistoryPage: teamHistoryOf(isInTeam),
  teamPendingPage: teamActiveOf(isNull(g.startedAt)),
  teamProcessingPage: teamActiveOf(isNotNull(g.startedAt)),
  teamCompletedPage: teamHistoryOf(and(hasEndedInTeam, eq(g.state, "completed"))),
  teamFailedPage: teamHistoryOf(and(hasEndedInTeam, eq(g.state, "failed"))),
  teamCanceledPage: teamHistoryOf(and(hasEndedInTeam, eq(g.state, "canceled"))),
  teamChangesPage: teamPageOf({
    condition: and(ofTeam, gt(g.teamSequence, argument("sequence"))),
    column: "teamSequence",
    order: asc,
  }),
};

/** As `parts` and `columnLists` of the owner's queries. No other statement needs these columns. */
export const teamParts = {
  size,
  isOnPage,
  inScope,
  isListed,
  generationColumns: sql.raw(toList(teamGenerationFields)),
};
