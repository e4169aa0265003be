import { asc, eq, getTableColumns, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { attempts, generations, inputs, outputs } from "../schema/schema.js";
import { builder, fieldsOf, nullableFieldsOf } from "./sql-text.js";

export const g = alias(generations, "g");
export const a = alias(attempts, "a");
export const o = alias(outputs, "o");

const produced = builder.select().from(outputs).where(eq(outputs.generationId, g.id)).orderBy(asc(outputs.index));
const p = produced.as("produced");

const outputsAsJson = sql<string>`case when ${g.state} = 'completed' then (
  select json_group_array(json_object(
    'index', ${p.index}, 'kind', ${p.kind}, 'storageKey', ${p.storageKey}, 'contentType', ${p.contentType},
    'byteLength', ${p.byteLength}, 'sha256', ${p.sha256}, 'width', ${p.width}, 'height', ${p.height},
    'durationMs', ${p.durationMs}, 'placeholder', ${p.placeholder}, 'thumbnail', ${p.thumbnail},
    'provenance', ${p.provenance}, 'flags', ${p.flags}
  )) from ${p}
) else '[]' end`;

// Without the columns that only statements read, and without the parsed input: the worker alone needs it.
const {
  claimToken,
  commandToken,
  hold,
  leased,
  noticeClaim,
  noticedAt,
  noticeUntil,
  ownerToken,
  parsedInput,
  refundAccountId,
  refundIntervalMs,
  teamSequence,
  woken,
  ...generationColumns
} = getTableColumns(g);

/** A generation, with its outputs as JSON. */
export const generationFields = {
  ...fieldsOf(generationColumns),
  outputs: sql<string>`${outputsAsJson}`.as("outputs"),
};

/** A generation of a team's gallery: with the sequence of the team. */
export const teamGenerationFields = {
  ...generationFields,
  sequence: sql<number>`${g.teamSequence}`.as("sequence"),
  inTeam: sql<number>`1`.as("inTeam"),
};

/** An attempt; null if a left join finds none. The names have a prefix, because a generation is in the same row. */
export const attemptFields = nullableFieldsOf({
  attemptNumber: a.number,
  attemptState: a.state,
  attemptToken: a.token,
  attemptProviderId: a.providerId,
  attemptOperation: a.operation,
  attemptOperationHint: a.operationHint,
  attemptOutputs: a.outputs,
  attemptFailure: a.failure,
  attemptUnknownAt: a.unknownAt,
  attemptStartedAt: a.startedAt,
  attemptEndedAt: a.endedAt,
  attemptStoredOutputs: a.storedOutputs,
});

const { generationId: _generation, ...outputColumns } = getTableColumns(o);
export const outputFields = fieldsOf(outputColumns);

const { createdAt: _created, usedAt: _used, ...inputColumns } = getTableColumns(inputs);
export const inputFields = fieldsOf(inputColumns);
