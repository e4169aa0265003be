import { type GateRow, maxDueRowsForPlaces, maxFarRows } from "../../clock/due-rows.js";
import type { SqlRow } from "../../rows/sql-row.js";
import { defineRead } from "../text/define-read.js";
import { dueParameters, isDoubtfulAt, isDueAt, isKnown, isNotDoubtfulAt, isTooFar, maxWaitMs } from "../text/due.js";
import { listOf } from "../text/list-of.js";
import { activeModels } from "../text/queue/active-models.js";
import { abandoned, closedUntil, countAbandoned, pairDueAt, waitingPairs } from "../text/queue/gates.js";
import {
  hasNotJoined,
  isAtGate,
  isAtGateOfModel,
  isAtGateUntil,
  isBeforeAttempt,
  isInFlight,
  isNotAtGate,
  isTimed,
  isWaiting,
  isWithinCopyLimit,
} from "../text/queue/waiting.js";
import { nowInFunction, nowInRead, timeParameters } from "../text/time.js";

const now = nowInRead;

const dueColumns = "id, owner_id, model, state, kind, due_at, touched_at, leased";
const isDoubtful = isDoubtfulAt(now);
const isNotDoubtful = isNotDoubtfulAt(now);
const isDue = isDueAt(now);

/** The row of each part. A read takes a type alias, which has an index signature. */
type DueParts = {
  readonly time: {
    readonly now: number;
    readonly agreedTime: string | null;
    readonly hasGates: boolean;
    readonly farUntil: number | null;
  };
  readonly tooFar: SqlRow;
  readonly due: SqlRow;
  readonly waiting: SqlRow;
  readonly doubtful: SqlRow;
};

/** The rows with a far due time before `:farBefore`, latest first. */
const far = `FROM @generations
        WHERE due_at > ${now} + ${maxWaitMs} AND due_at < coalesce(:farBefore, ${Number.MAX_SAFE_INTEGER})
          AND ${isTimed} ORDER BY due_at DESC`;

/** Due time of the last one of the next `maxFarRows`; null if there are fewer. */
const farUntil = `(SELECT due_at ${far} LIMIT 1 OFFSET ${maxFarRows - 1}) AS "farUntil"`;

/** The parts that every read of due rows has beside them. */
const parts = {
  // The uncorrected time.
  time: `SELECT ${nowInFunction} + :aheadMs AS now, (SELECT value FROM @settings WHERE name = 'agreed_time') AS "agreedTime",
      EXISTS (SELECT 1 FROM @generations WHERE ${isAtGate}) AS "hasGates", ${farUntil}`,
  // The latest first.
  tooFar: `SELECT id, owner_id, model, state, kind, due_at, leased FROM (
        SELECT id, owner_id, model, state, kind, due_at, not_before, touched_at, leased ${far} LIMIT ${maxFarRows}
      ) far WHERE ${isTooFar(now)} AND ${isKnown} LIMIT 100`,
  // The most recently leased first, as a live worker may hold them.
  doubtful: `(SELECT ${dueColumns} FROM @generations
      WHERE :isWarm = 0 AND due_at <= ${now} AND ${isTimed} AND ${isDoubtful} ORDER BY due_at DESC LIMIT 100)
    UNION ALL (SELECT ${dueColumns} FROM @generations
      WHERE :isWarm = 0 AND gate IS NULL AND ${isWaiting} AND ${isDoubtful} ORDER BY gate, rank LIMIT 100)
    UNION ALL (SELECT ${dueColumns} FROM @generations
      WHERE :isWarm = 0 AND deadline_at <= ${now} AND ${isAtGateUntil} AND ${isDoubtful} ORDER BY deadline_at LIMIT 100)
    LIMIT 100`,
};

/** A waiting row of a clock that was ahead is due, too. */
const isClaimable = `(due_at <= ${now} OR ${isTooFar(now)}) AND (${isKnown} OR deadline_at <= ${now}) AND ${isNotDoubtful}`;

export const readDue = defineRead<DueParts>({
  name: "read_due",
  parameters: { ...dueParameters, farBefore: "bigint", limit: "bigint", skip: "bigint", waitingSkip: "bigint" },
  parts: {
    ...parts,
    due: `SELECT ${dueColumns} FROM @generations WHERE ${isTimed} AND ${isDue} ORDER BY due_at LIMIT :limit OFFSET :skip`,
    // Ordered by the gate, too, which is null: Postgres walks the index in its own order only.
    waiting: `SELECT ${dueColumns}, rank FROM @generations WHERE gate IS NULL AND ${isWaiting} AND ${isClaimable}
      ORDER BY gate, rank LIMIT :limit OFFSET :waitingSkip`,
  },
});

/** The same for one generation. */
export const readDueOne = defineRead<DueParts>({
  name: "read_due_one",
  parameters: { ...dueParameters, farBefore: "bigint", id: "text" },
  parts: {
    ...parts,
    tooFar: `SELECT id, owner_id, model, state, kind, due_at, leased FROM @generations
      WHERE id = :id AND due_at > ${now} + ${maxWaitMs} AND ${isTimed} AND ${isTooFar(now)} AND ${isKnown}`,
    due: `SELECT ${dueColumns} FROM @generations WHERE ${isDue} AND id = :id`,
    waiting: "SELECT 1 AS id WHERE false",
  },
});

/** The gates with waiting generations, and null: one index step for each. */
const waitingGates = `WITH RECURSIVE waiting (gate) AS (
        SELECT min(gate) FROM @generations WHERE ${isAtGate}
        UNION ALL
        SELECT (SELECT min(gate) FROM @generations WHERE ${isAtGate} AND gate > waiting.gate)
        FROM waiting WHERE waiting.gate IS NOT NULL
      )`;

/** The gates with waiting generations. Each part of `inFlight` stops counting at the largest limit. */
export const readGates = defineRead<{ readonly gates: GateRow }>({
  name: "read_gates",
  parameters: { ...timeParameters, maxConcurrency: "bigint", models: "text" },
  parts: {
    gates: `${waitingGates}
      SELECT waiting.gate AS key, ${now} AS now, ${closedUntil(now)} AS "closedUntil", gates.rate_tat AS "rateTat",
        (SELECT count(*) FROM (
          SELECT 1 FROM @generations g WHERE g.gate = waiting.gate AND ${isInFlight} LIMIT :maxConcurrency) counted
        ) + ${countAbandoned("waiting.gate", now)} AS "inFlight",
        (SELECT min(job.capacity_until) ${abandoned("waiting.gate", now)}) AS "abandonedUntil",
        EXISTS (SELECT 1 FROM json_array_elements_text(:models::json) known (model) WHERE EXISTS (
          SELECT 1 FROM @generations g WHERE g.gate = waiting.gate AND g.model = known.model AND ${isAtGateOfModel}
        )) AS "hasKnown"
      FROM waiting LEFT JOIN @gates gates ON gates.key = waiting.gate WHERE waiting.gate IS NOT NULL`,
  },
});

/** The first ones of each gate by rank, and those of all gates that are past their deadline. */
export const readAtGates = defineRead<{ readonly atGates: SqlRow; readonly overdue: SqlRow }>({
  name: "read_at_gates",
  parameters: { ...dueParameters, gates: "text", limit: "bigint" },
  parts: {
    atGates: `SELECT first.* FROM json_array_elements_text(:gates::json) open (gate) CROSS JOIN LATERAL (
        SELECT ${dueColumns}, gate, rank FROM @generations WHERE gate = open.gate AND ${isWaiting} AND ${isClaimable}
        ORDER BY rank LIMIT :limit) first ORDER BY first.rank`,
    overdue: `SELECT ${dueColumns} FROM @generations WHERE deadline_at <= ${now} AND ${isAtGateUntil} AND ${isNotDoubtful}
      ORDER BY deadline_at LIMIT :limit`,
  },
});

/**
 * The first generations that wait at a gate, or without one, and those that join them at the next claim, among the first
 * `maxDueRowsForPlaces` due ones.
 */
export const readWaiting = defineRead<{
  readonly time: { readonly now: number };
  readonly waiting: { readonly id: string; readonly rank: number };
}>({
  name: "read_waiting",
  parameters: { ...timeParameters, gate: "text", limit: "bigint" },
  parts: {
    time: `SELECT ${now} AS now`,
    waiting: `(SELECT id, rank FROM @generations WHERE gate = :gate AND ${isWaiting} ORDER BY rank LIMIT :limit)
      UNION ALL (SELECT id, rank FROM @generations WHERE :gate IS NULL AND gate IS NULL AND ${isWaiting}
        ORDER BY gate, rank LIMIT :limit)
      UNION ALL (SELECT id, rank FROM (
        SELECT id, rank, state, leased, gate, due_at, touched_at FROM @generations WHERE due_at <= ${now} AND ${isTimed}
        ORDER BY due_at LIMIT ${maxDueRowsForPlaces}
      ) due WHERE ${hasNotJoined} AND gate IS NOT DISTINCT FROM :gate)`,
  },
});

/** When one generation is due; null once it has ended. */
export const readDueTime = defineRead<{
  readonly times: { readonly due_in: number | null; readonly leased: number; readonly gate: string | null };
}>({
  name: "read_due_time",
  parameters: { ...timeParameters, id: "text" },
  parts: {
    times: `SELECT due_at - ${now} AS due_in, leased,
        CASE WHEN ${isBeforeAttempt} AND leased = 0 THEN gate END AS gate FROM @generations WHERE id = :id`,
  },
});

const isListed = `due_at <= ${now} - :forMs AND (${isKnown} OR deadline_at <= ${now})`;

/**
 * Generations that have been due for at least `:forMs`. Also those of live workers: claims decide. Of those that wait at a
 * gate, only the given gates.
 */
export const listDue = defineRead<{
  readonly far: { readonly farUntil: number | null };
  readonly due: { readonly id: string };
  readonly tooFar: { readonly id: string };
}>({
  name: "list_due",
  parameters: {
    ...timeParameters,
    models: "text",
    forMs: "bigint",
    limit: "bigint",
    gates: "text",
    farBefore: "bigint",
  },
  parts: {
    far: `SELECT ${farUntil}`,
    due: `(SELECT id FROM @generations WHERE ${isTimed} AND ${isListed} ORDER BY due_at LIMIT :limit)
      UNION ALL (SELECT id FROM @generations WHERE gate IS NULL AND ${isWaiting} AND ${isListed}
        ORDER BY gate, rank LIMIT :limit)
      UNION ALL (SELECT first.id FROM json_array_elements_text(:gates::json) open (gate) CROSS JOIN LATERAL (
        SELECT id FROM @generations WHERE gate = open.gate AND ${isWaiting} AND ${isListed} ORDER BY rank LIMIT :limit
      ) first LIMIT :limit)`,
    tooFar: parts.tooFar,
  },
});

/**
 * The first due generation of each of the next `:owners` owners after `:ownersAfter`. Costs one index step and at most
 * 100 rows for each owner. `id` is null if nothing is due among these rows.
 */
export const readDueByOwner = defineRead<{ readonly owners: SqlRow }>({
  name: "read_due_by_owner",
  parameters: { ...dueParameters, owners: "bigint", ownersAfter: "text", fullGates: "text" },
  parts: {
    owners: `WITH RECURSIVE active (owner_id, position) AS (
        SELECT min(owner_id), 1 FROM @generations WHERE finished_at IS NULL AND owner_id > :ownersAfter
        UNION ALL
        SELECT (SELECT min(owner_id) FROM @generations WHERE finished_at IS NULL AND owner_id > active.owner_id),
          position + 1
        FROM active WHERE active.owner_id IS NOT NULL AND position < :owners
      )
      SELECT active.owner_id, g.id, g.model, g.state, g.kind, g.gate
      FROM active LEFT JOIN LATERAL (
        SELECT id, model, state, kind, CASE WHEN ${isBeforeAttempt} THEN gate END AS gate FROM (
          SELECT id, model, state, kind, due_at, deadline_at, leased, gate FROM @generations
          WHERE owner_id = active.owner_id AND finished_at IS NULL ORDER BY id LIMIT 100
        ) own WHERE due_at <= ${now} AND ${isKnown} AND ${isNotDoubtful} AND ${isWithinCopyLimit}
          AND (gate IS NULL OR NOT (${isBeforeAttempt}) OR gate <> ALL (${listOf(":fullGates")})) ORDER BY id LIMIT 1
      ) g ON true
      WHERE active.owner_id IS NOT NULL ORDER BY active.owner_id`,
  },
});

/**
 * Whether a worker has a model: it holds a lease of a generation of the model, or has one between two polls. Its waiting
 * generations then wait for a slot. Reads up to 100 rows, the next due first.
 */
const isServed = (model: string): string => `EXISTS (SELECT 1 FROM (
        SELECT g.state, g.leased FROM @generations g WHERE ${isNotAtGate} AND g.model = ${model} AND g.due_at > ${now}
        ORDER BY g.due_at LIMIT 100
      ) near WHERE near.leased = 1 OR NOT (near.${isBeforeAttempt}))`;

export const unservedModels = defineRead<{ readonly models: { readonly model: string } }>({
  name: "unserved_models",
  parameters: { ...timeParameters, forMs: "bigint", gates: "text" },
  parts: {
    // Those that wait at a gate count if it has capacity.
    models: `${activeModels}, ${waitingPairs}
      SELECT model FROM active WHERE ${now} - :forMs >= (
        SELECT min(due_at) FROM @generations g WHERE ${isNotAtGate} AND g.model = active.model)
        AND NOT ${isServed("active.model")}
      UNION SELECT model FROM pair WHERE pair.gate = ANY (${listOf(":gates")}) AND ${now} - :forMs >= ${pairDueAt}
        AND NOT ${isServed("pair.model")}
      ORDER BY model`,
  },
});

/**
 * The next due times: one index step for each model. A generation of an unknown model is due at its deadline. Any worker
 * may process an outbox item without a model.
 */
export const nextDue = defineRead<{
  readonly next: {
    readonly known: number | null;
    readonly unknown: number | null;
    readonly outbox: number | null;
    /** First deadline of a generation at a gate. */
    readonly deadline: number | null;
    readonly now: number;
  };
}>({
  name: "next_due",
  parameters: { ...timeParameters, models: "text", topics: "text" },
  parts: {
    next: `${activeModels}
      SELECT
        (SELECT min((SELECT min(due_at) FROM @generations g WHERE ${isNotAtGate} AND g.model = known.model))
         FROM json_array_elements_text(:models::json) known (model)) AS known,
        (SELECT min((SELECT min(greatest(g.due_at, g.deadline_at)) FROM @generations g
           WHERE ${isNotAtGate} AND g.model = active.model))
         FROM active WHERE active.model <> ALL (${listOf(":models")})) AS unknown,
        (SELECT o.due_at FROM @outbox o WHERE o.topic = ANY (${listOf(":topics")})
           AND (o.model IS NULL OR o.model = ANY (${listOf(":models")})) ORDER BY o.due_at LIMIT 1) AS outbox,
        (SELECT min(deadline_at) FROM @generations WHERE ${isAtGateUntil}) AS deadline,
        ${now} AS now`,
  },
});
