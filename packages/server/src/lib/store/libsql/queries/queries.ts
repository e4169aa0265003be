import {
  and,
  asc,
  desc,
  eq,
  getTableName,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQLWrapper,
  sql,
} from "drizzle-orm";
import type { LedgerRecord } from "../../../ports/store/credits-store.js";
import { causedBy } from "../../arguments/caused-by.js";
import { refundOf } from "../../arguments/refund-of.js";
import type { ReadRows } from "../rows/read-rows.js";
import { accounts, inputs, ledgerEntries, owners, timings } from "../schema/schema.js";
import { a, attemptFields, g, generationFields, inputFields, o, outputFields } from "./fields.js";
import {
  activePage,
  changesPage,
  groupGenerations,
  historyPages,
  inScope,
  isActive,
  isEnded,
  isListed,
  isOnPage,
  isUnseen,
  isVisible,
  size,
  unseenCount,
  unseenPage,
} from "./pages.js";
import { argument, builder, fieldsOf } from "./sql-text.js";

/** A query of drizzle whose rows have the type that the store reads. */
export type Query<Row> = SQLWrapper & { readonly _: { readonly result: readonly Row[] } };

/** The elements of a JSON list. */
const elementsOf = (name: string) => sql`(select value from json_each(${argument(name)}))`;

const entriesTable = getTableName(ledgerEntries);

const isOfGeneration = eq(
  inputs.ownerId,
  sql`${builder
    .select({ ownerId: g.ownerId })
    .from(g)
    .where(eq(g.id, argument("generationId")))}`,
);

const attemptsWithCosts = builder
  .select({ providerId: a.providerId, costs: a.costs })
  .from(a)
  .where(and(eq(a.generationId, g.id), sql`json_valid(${a.costs})`))
  .orderBy(asc(a.number))
  .as("attempt");

const costsAsJson = sql<string>`(
  select json_group_array(json_object('providerId', ${attemptsWithCosts.providerId}, 'costs', json(${attemptsWithCosts.costs})))
  from ${attemptsWithCosts}
)`;

/**
 * Credits of ended generations that were not refunded. Each counts once, with the first unit of its latest attempt, which
 * may have costs in several units.
 */
const keptCredits = sql<number>`coalesce(sum(
  case when coalesce(cost.key, 0) = 0 and ${a.number} = ${g.attempts} and ${g.finishedAt} is not null
    then ${g.credits} - ${g.refundedCredits} end
), 0)`;

/** The reads of the store that drizzle can express. Decision 28 lists the others. */
export const queries: { readonly [Name in Exclude<keyof ReadRows, `team${string}`>]: Query<ReadRows[Name]> } = {
  getGeneration: builder
    .select(generationFields)
    .from(g)
    .where(and(eq(g.id, argument("id")), isVisible)),

  groupGenerations,

  attemptsOf: builder
    .select(attemptFields)
    .from(a)
    .innerJoin(g, eq(g.id, a.generationId))
    .where(and(eq(a.generationId, argument("id")), isVisible))
    .orderBy(asc(a.number)),

  // Of any owner: the signature of the URL authorizes the request.
  getOutput: builder
    .select(outputFields)
    .from(o)
    .innerJoin(g, eq(g.id, o.generationId))
    .where(
      and(
        eq(o.generationId, argument("id")),
        eq(o.index, argument("index")),
        eq(g.state, "completed"),
        isNull(g.deletedAt),
      ),
    ),

  // The latest one, of any owner: the signature of the URL authorizes the request.
  getPreview: builder
    .select(fieldsOf({ previewKey: g.previewKey, previewContentType: g.previewContentType }))
    .from(g)
    .where(and(eq(g.id, argument("id")), isNotNull(g.previewKey), isNull(g.deletedAt))),

  activePage,
  unseenPage,
  unseenCount,
  ...historyPages,
  changesPage,

  readSequences: builder
    .select(fieldsOf({ id: owners.id, sequence: owners.sequence }))
    .from(owners)
    .where(inArray(owners.id, elementsOf("ownerIds"))),

  // Of any owner.
  getEnded: builder
    .select({ ...generationFields, costs: costsAsJson.as("costs") })
    .from(g)
    .where(and(eq(g.id, argument("id")), isNotNull(g.finishedAt))),

  findAttempt: builder
    .select({ ...attemptFields, ...fieldsOf({ model: g.model }) })
    .from(a)
    .innerJoin(g, eq(g.id, a.generationId))
    .where(and(eq(a.generationId, argument("id")), eq(a.number, argument("attempt")))),

  // Of any owner, or only of the current owner of a generation.
  getInput: builder
    .select(inputFields)
    .from(inputs)
    .where(and(eq(inputs.id, argument("id")), or(isNull(argument("generationId")), isOfGeneration))),

  getBalance: builder
    .select(fieldsOf({ balance: accounts.balance }))
    .from(accounts)
    .where(eq(accounts.id, argument("accountId"))),

  // Newest first.
  entriesPage: builder
    .select({
      ...fieldsOf({
        id: ledgerEntries.id,
        kind: ledgerEntries.kind,
        amount: ledgerEntries.amount,
        reason: ledgerEntries.reason,
        generationId: ledgerEntries.generationId,
        createdAt: ledgerEntries.createdAt,
      }),
      refundOf: sql<string | null>`${sql.raw(refundOf(`${entriesTable}.key`))}`.as("refundOf"),
      causedBy: sql<
        LedgerRecord["causedBy"]
      >`${sql.raw(causedBy({ entry: entriesTable, actions: "safelight_operator_actions" }))}`.as("causedBy"),
      ownerId: sql<string | null>`${sql`${g.ownerId}`}`.as("ownerId"),
    })
    .from(ledgerEntries)
    .leftJoin(g, eq(g.id, sql`coalesce(${ledgerEntries.generationId}, ${sql.raw(refundOf(`${entriesTable}.key`))})`))
    .where(
      and(
        eq(ledgerEntries.accountId, argument("accountId")),
        lt(ledgerEntries.id, sql`coalesce(${argument("before")}, 9223372036854775807)`),
      ),
    )
    .orderBy(desc(ledgerEntries.id))
    .limit(argument("limit")),

  // Ids of generations begin with their time, so a range of ids is a range of time. Reads the whole range on purpose.
  readCosts: builder
    .select({
      ...fieldsOf({ model: g.model, providerId: a.providerId }),
      unit: sql<string | null>`cost.value ->> 'unit'`.as("unit"),
      attempts: sql<number>`count(*)`.as("attempts"),
      amount: sql<number>`coalesce(sum(cost.value ->> 'amount'), 0)`.as("amount"),
      credits: keptCredits.as("credits"),
    })
    .from(a)
    .innerJoin(g, eq(g.id, a.generationId))
    // The driver aborts the process on a lone surrogate, which only an escape can contain: such costs count as not reported.
    .leftJoin(
      sql`json_each(case when json_valid(${a.costs}) and instr(${a.costs}, char(92) || 'u') = 0 then ${a.costs} end) cost`,
      sql`true`,
    )
    .where(and(sql`${a.generationId} >= ${argument("from")}`, lt(a.generationId, argument("to"))))
    .groupBy(g.model, a.providerId, sql`unit`)
    .orderBy(g.model, a.providerId, sql`unit`),

  // Of the models that a worker serves.
  readTimings: builder
    .select(
      fieldsOf({
        model: timings.model,
        providerId: timings.providerId,
        size: timings.size,
        bucket: timings.bucket,
        count: timings.count,
      }),
    )
    .from(timings)
    .where(inArray(timings.model, elementsOf("models"))),
};

/** Conditions and values that several queries share: constants of their text, too. Each may contain those before it. */
export const parts = { size, isOnPage, inScope, isVisible, isActive, isEnded, isUnseen, isListed };

/** Fields of the rows above, for the verdicts of commands. */
export const columnLists = {
  generationColumns: generationFields,
  attemptColumns: attemptFields,
  inputColumns: inputFields,
  noticeColumns: { ...fieldsOf({ id: g.id, noticeClaim: g.noticeClaim }), size: sql<number>`${size}`.as("size") },
};
