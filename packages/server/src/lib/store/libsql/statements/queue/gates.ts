import { maxRetryAfterMs } from "../../../../ports/store/due-limits.js";
import { maxDueRowsForPlaces } from "../../../clock/due-rows.js";
import { now } from "../../guards/guards.js";
import { hasNotJoined, isAtGate, isBeforeAttempt, isInFlight, isTimed, isWaiting } from "../../guards/waiting.js";

/** Capacity of a gate without a limit. */
const unlimited = 1_000_000;

/** When a gate `gates` opens. A later time than a command can set was written by a clock that was ahead. */
const closedUntil = `iif(gates.closed_until > ${now} + ${maxRetryAfterMs}, 0, coalesce(gates.closed_until, 0))`;

/** GCRA's theoretical arrival time of a gate `gates` with a limit `given`, at least now. */
const rateTat = `CASE WHEN gates.rate_tat > ${now} + (given.value ->> 'burst') * (given.value ->> 'intervalMs') + 1 THEN ${now}
     ELSE max(coalesce(gates.rate_tat, 0), ${now}) END`;

/** In milliseconds. A later creation time was written by a clock that was ahead, and so was the end of the capacity. */
const maxAheadMs = 7_200_000;

/** The jobs of a gate that the vendor may still run although their generations have ended. */
const abandoned = (gate: string): string => `FROM safelight_outbox job INDEXED BY safelight_outbox_capacity
         WHERE job.gate = ${gate} AND job.capacity_until > ${now} AND job.created_at <= ${now} + ${maxAheadMs}`;

const countAbandoned = (gate: string): string =>
  `(SELECT count(*) FROM (SELECT 1 ${abandoned(gate)} LIMIT :maxConcurrency))`;

/**
 * Whether a generation that waits at a gate waits for a worker: no job of the gate is in flight, and it is not closed.
 * The limits themselves are known to the workers only.
 *
 * @param gate an expression.
 */
export const isIdle = (gate: string): string => `(NOT EXISTS (
       SELECT 1 FROM safelight_generations INDEXED BY safelight_generations_in_flight WHERE gate = ${gate} AND ${isInFlight}
     ) AND NOT EXISTS (SELECT 1 ${abandoned(gate)}) AND NOT EXISTS (
       SELECT 1 FROM safelight_gates gates WHERE gates.key = ${gate}
         AND (${closedUntil} > ${now} OR gates.rate_tat BETWEEN ${now} + 1 AND ${now} + ${maxRetryAfterMs})
     ))`;

/** The gates and models of the waiting generations, as a part of `WITH RECURSIVE`: one index step for each pair. */
export const waitingPairs = `pair(gate, model) AS (
     SELECT * FROM (
       SELECT gate, model FROM safelight_generations INDEXED BY safelight_generations_gate_model
       WHERE ${isAtGate} ORDER BY gate, model LIMIT 1
     )
     UNION ALL
     SELECT next.gate, next.model FROM pair CROSS JOIN safelight_generations next ON next.rowid = (
       SELECT rowid FROM safelight_generations INDEXED BY safelight_generations_gate_model
       WHERE ${isAtGate} AND (gate, model) > (pair.gate, pair.model) ORDER BY gate, model LIMIT 1
     )
   )`;

/** The due time of the generation of a `pair` that has waited longest. */
export const pairDueAt = `(SELECT min(due_at) FROM safelight_generations INDEXED BY safelight_generations_gate_model
     WHERE ${isAtGate} AND gate = pair.gate AND model = pair.model)`;

const isLimitOf = (gate: string): string => `given.value ->> 'key' = ${gate}`;

/** The gates with waiting generations: one index step for each. Each part of `in_flight` stops counting at the largest limit. */
export const readGatesStatement = `WITH RECURSIVE waiting(gate) AS (
     SELECT min(gate) FROM safelight_generations INDEXED BY safelight_generations_waiting
     WHERE ${isWaiting} AND gate IS NOT NULL
     UNION ALL
     SELECT (
       SELECT min(gate) FROM safelight_generations INDEXED BY safelight_generations_waiting
       WHERE ${isWaiting} AND gate > waiting.gate
     ) FROM waiting WHERE waiting.gate IS NOT NULL
   )
   SELECT waiting.gate AS key, ${now} AS now, ${closedUntil} AS closed_until, gates.rate_tat AS rate_tat,
     (SELECT count(*) FROM (
       SELECT 1 FROM safelight_generations INDEXED BY safelight_generations_in_flight
       WHERE gate = waiting.gate AND ${isInFlight} LIMIT :maxConcurrency
     )) + ${countAbandoned("waiting.gate")} AS in_flight,
     (SELECT min(job.capacity_until) ${abandoned("waiting.gate")}) AS abandoned_until,
     EXISTS (SELECT 1 FROM json_each(:models) known CROSS JOIN safelight_generations g
       INDEXED BY safelight_generations_gate_model ON g.gate = waiting.gate AND g.model = known.value
       WHERE g.${isWaiting}) AS has_known
   FROM waiting LEFT JOIN safelight_gates gates ON gates.key = waiting.gate
   WHERE waiting.gate IS NOT NULL`;

/**
 * The first generations that wait at a gate, and those that join it at the next claim, among the first `maxDueRowsForPlaces` due
 * ones. Only the first row has `now`, and it has no `id`.
 */
const firstWaiting = (isOfGate: string): string => `SELECT id, rank, now FROM (
     SELECT NULL AS id, NULL AS rank, ${now} AS now
     UNION ALL SELECT * FROM (
       SELECT id, rank, NULL FROM safelight_generations INDEXED BY safelight_generations_waiting
       WHERE ${isOfGate} AND ${isWaiting} ORDER BY rank LIMIT :limit
     )
     UNION ALL SELECT id, rank, NULL FROM (
       SELECT id, rank, state, leased, gate, due_at, touched_at FROM safelight_generations INDEXED BY safelight_generations_due
       WHERE due_at <= ${now} AND ${isTimed} ORDER BY due_at LIMIT ${maxDueRowsForPlaces}
     ) WHERE ${hasNotJoined} AND ${isOfGate}
   )`;

export const firstAtGateStatement = firstWaiting("gate = :gate");
export const firstWithoutGateStatement = firstWaiting("gate IS NULL");

/** A candidate of the claim that would start an attempt. The end of one that is overdue needs no capacity. */
const isStarting = (due: string): string =>
  `candidate.gate IS NOT NULL AND candidate.${isBeforeAttempt} AND (${due}) AND candidate.deadline_at > ${now}`;

/** The number of attempts that the gate of each limit lets start now. Candidates with an expired lease hold no capacity. */
const capacities = (due: string): string => `SELECT given.value ->> 'key' AS key, min(
         iif(${closedUntil} > ${now}, 0, ${unlimited}),
         iif(given.value ->> 'intervalMs' IS NULL, ${unlimited}, CAST(
           (${now} - (${rateTat})) / (given.value ->> 'intervalMs') + (given.value ->> 'burst') + 0.000001 AS INTEGER)),
         iif(given.value ->> 'concurrency' IS NULL, ${unlimited}, (given.value ->> 'concurrency') - (SELECT count(*) FROM (
           SELECT 1 FROM safelight_generations candidate INDEXED BY safelight_generations_in_flight
           WHERE ${isLimitOf("candidate.gate")} AND ${isInFlight}
             AND NOT (${isStarting(due)} AND candidate.id IN (SELECT value FROM json_each(:ids)))
           LIMIT :maxConcurrency
         )) - ${countAbandoned("given.value ->> 'key'")})) AS capacity
       FROM json_each(:limits) given LEFT JOIN safelight_gates gates ON gates.key = given.value ->> 'key'`;

/**
 * Whether the gate of a candidate has capacity for it: the candidates enter in the order of `:ids`. Evaluated before the
 * first row is written.
 *
 * @param due condition of a claim.
 */
export const isAdmitted = (due: string): string => `gate IS NULL OR NOT (${isBeforeAttempt}) OR deadline_at <= ${now}
     OR gate NOT IN (SELECT value ->> 'key' FROM json_each(:limits))
     OR id IN (
       SELECT entering.id FROM (
         SELECT candidate.id, candidate.gate, row_number() OVER (PARTITION BY candidate.gate ORDER BY chosen.key) AS place
         FROM json_each(:ids) chosen JOIN safelight_generations candidate ON candidate.id = chosen.value
         WHERE ${isStarting(due)}
       ) entering JOIN (${capacities(due)}) capacities ON capacities.key = entering.gate WHERE entering.place <= capacities.capacity
     )`;

/** A candidate whose gate has no capacity waits from now on, so that later reads skip it without reading its row. */
export const waitAtGateStatement = `UPDATE safelight_generations SET touched_at = ${now}
   WHERE id IN (SELECT value FROM json_each(:ids)) AND gate IS NOT NULL AND ${isBeforeAttempt} AND leased = 0
     AND due_at <= ${now} AND due_at > touched_at`;

/** Charges the claimed starts to the rates of their gates, once for each token. */
export const chargeGatesStatement = `INSERT INTO safelight_gates (key, closed_until, rate_tat, command_token)
   SELECT started.gate, 0, (${rateTat}) + started.number * (given.value ->> 'intervalMs'), :token
   FROM (
     SELECT candidate.gate, count(*) AS number
     FROM json_each(:ids) chosen JOIN safelight_generations candidate ON candidate.id = chosen.value
     WHERE candidate.claim_token = :token AND candidate.leased = 1 AND candidate.${isBeforeAttempt}
       AND candidate.deadline_at > ${now}
     GROUP BY candidate.gate
   ) started JOIN json_each(:limits) given ON ${isLimitOf("started.gate")}
     LEFT JOIN safelight_gates gates ON gates.key = started.gate
   WHERE given.value ->> 'intervalMs' IS NOT NULL
   ON CONFLICT (key) DO UPDATE SET rate_tat = excluded.rate_tat, command_token = :token
   WHERE safelight_gates.command_token IS NOT :token`;

const interval = "given.value ->> 'intervalMs'";
const burst = "given.value ->> 'burst'";
const givenGate = "json_each(:limits) given LEFT JOIN safelight_gates gates ON gates.key = given.value ->> 'key'";

/** Charges one start to the rate of a gate if it is free now, once for each token. `wait_ms`: until it is free. */
export const reserveStartStatements: readonly string[] = [
  `INSERT INTO safelight_gates (key, closed_until, rate_tat, command_token)
   SELECT given.value ->> 'key', 0, (${rateTat}) + (${interval}), :token FROM ${givenGate}
   WHERE (${now} - (${rateTat})) / (${interval}) + (${burst}) + 0.000001 >= 1
   ON CONFLICT (key) DO UPDATE SET rate_tat = excluded.rate_tat, command_token = :token
   WHERE safelight_gates.command_token IS NOT :token`,
  `SELECT iif(gates.command_token = :token, 0, max((${rateTat}) + (1 - (${burst})) * (${interval}) - ${now}, 1)) AS wait_ms
   FROM ${givenGate}`,
];

/** Closes a gate. One that is closed for longer stays closed, unless a clock that was ahead wrote its time. */
export const closeGateStatements: readonly string[] = [
  `INSERT INTO safelight_gates AS gates (key, closed_until, rate_tat) VALUES (:key, ${now} + :forMs, 0)
   ON CONFLICT (key) DO UPDATE SET closed_until = max(${closedUntil}, excluded.closed_until)`,
];
