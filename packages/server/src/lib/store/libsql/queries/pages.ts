import { and, asc, count, desc, eq, gt, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { maxPageBytes } from "../../rows/max-page-bytes.js";
import { now } from "../guards/guards.js";
import { generations } from "../schema/schema.js";
import { g, generationFields, o, type teamGenerationFields } from "./fields.js";
import { argument, builder } from "./sql-text.js";

/** Approximate JSON size of one output with its signed URLs, placeholder and thumbnail, in bytes. */
const bytesPerOutput = 1_024;

/** Reads no text: the row headers contain the sizes, and an index counts the outputs. */
export const size = sql<number>`coalesce(octet_length(${g.input}), 0) + coalesce(octet_length(${g.metadata}), 0)
  + ${bytesPerOutput} * ${builder.select({ count: count() }).from(o).where(eq(o.generationId, g.id))}`;

export const isOnPage = and(eq(g.id, sql`page_id`), lt(sql`bytes_before`, maxPageBytes));

/** A page of one gallery. */
export interface Page {
  readonly condition: SQL | undefined;
  /** Unique for each generation of the owner if a next page continues from it. */
  readonly column: "id" | "sequence" | "teamSequence" | "finishedAt";
  readonly order: typeof asc | typeof desc;
  /** The name of the argument. */
  readonly limit?: string;
  /** The index to use. drizzle has no `INDEXED BY`, so it is part of the table. */
  readonly index?: string;
  /** @default those of a generation in its owner's gallery */
  readonly fields?: typeof generationFields | typeof teamGenerationFields;
}

/**
 * A page of at most `limit` generations in `order`, cut at `maxPageBytes`. `found` is the number of matches before the
 * cut, up to `limit`.
 */
export function pageOf({ condition, column, fields = generationFields, order, limit = "limit", index }: Page) {
  // drizzle omits the table of these names, so they must differ from the columns of a generation.
  const keys = {
    id: sql<string>`${g.id}`.as("page_id"),
    sortKey: sql`${g[column]}`.as("sort_key"),
    size: sql<number>`${size}`.as("size"),
  };
  const table = sql`${generations} ${sql.identifier("g")} indexed by ${sql.identifier(index ?? "")}`;
  const select = builder.select(keys);
  const found = builder
    .$with("found")
    .as(
      (index === undefined ? select.from(g) : select.from(table))
        .where(condition)
        .orderBy(order(g[column]))
        .limit(argument(limit)),
    );
  const bytes = sql`sum(${found.size}) over (order by ${order(found.sortKey)} rows unbounded preceding)`;
  const page = builder.$with("page").as(
    builder
      .select({
        id: found.id,
        sortKey: found.sortKey,
        found: sql<number>`count(*) over ()`.as("found"),
        bytesBefore: sql<number>`${bytes} - ${found.size}`.as("bytes_before"),
      })
      .from(found),
  );
  // A cross join, so that SQLite reads the page before the rows.
  return builder
    .with(found, page)
    .select({ ...fields, found: page.found })
    .from(page)
    .crossJoin(g)
    .where(isOnPage)
    .orderBy(order(page.sortKey));
}

export const isVisible = and(eq(g.ownerId, argument("ownerId")), isNull(g.deletedAt));

export const inScope = or(isNull(argument("scope")), eq(g.scope, argument("scope")));

/**
 * Omits `deleted_at`: an owner's active generations are never deleted, and SQLite would scan the whole history for it.
 */
export const isActive = and(eq(g.ownerId, argument("ownerId")), isNull(g.finishedAt));

export const isEnded = and(isVisible, isNotNull(g.finishedAt));

export const isUnseen = and(
  isEnded,
  isNull(g.seenAt),
  gt(g.finishedAt, sql`${sql.raw(now)} - ${argument("unseenForMs")}`),
  inScope,
);

/**
 * The active generations. Cut by sequence: each omitted one follows in the owner's event log after the last one of the
 * page. Without the index, SQLite would walk the owner's whole event log to save the sort.
 */
export const activePage = pageOf({
  condition: and(isActive, inScope),
  column: "sequence",
  order: asc,
  limit: "activeLimit",
  index: "safelight_generations_active",
});

export const unseenPage = pageOf({ condition: isUnseen, column: "finishedAt", order: desc, limit: "unseenLimit" });

export const unseenCount = builder
  .select({ count: count().as("count") })
  .from(builder.select({ id: g.id }).from(g).where(isUnseen).limit(argument("maxUnseenCount")).as("unseen"));

/** An empty blob sorts after every text, so that a page is one index step, with or without a cursor. */
const isAfterCursor = lt(g.id, sql`coalesce(${argument("after")}, x'')`);

const ofModel = or(isNull(argument("model")), eq(g.model, argument("model")));

export const isListed = and(isAfterCursor, ofModel, inScope);

/** History, newest first. `status` is derived, so each value has its own condition. */
const historyOf = (ofStatus: SQL | undefined) =>
  pageOf({ condition: and(ofStatus, isListed), column: "id", order: desc });

export const historyPages = {
  historyPage: historyOf(isVisible),
  pendingPage: historyOf(and(isActive, isNull(g.startedAt))),
  processingPage: historyOf(and(isActive, isNotNull(g.startedAt))),
  completedPage: historyOf(and(isEnded, eq(g.state, "completed"))),
  failedPage: historyOf(and(isEnded, eq(g.state, "failed"))),
  canceledPage: historyOf(and(isEnded, eq(g.state, "canceled"))),
};

/** The generations of a group, in the order of the submit. Without the index, SQLite would walk the owner's history. */
export const groupGenerations = builder
  .select(generationFields)
  .from(sql`${generations} ${sql.identifier("g")} indexed by ${sql.identifier("safelight_generations_group")}`)
  .where(and(eq(g.groupId, argument("groupId")), isVisible))
  .orderBy(asc(g.id));

/** The owner's event log after a sequence: changed generations in their current state. */
export const changesPage = pageOf({
  condition: and(eq(g.ownerId, argument("ownerId")), gt(g.sequence, argument("sequence"))),
  column: "sequence",
  order: asc,
});
