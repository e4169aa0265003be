import { statesBefore } from "../../../generation/generation-state.js";
import { maxFarRows } from "../../clock/due-rows.js";
import { isDoubtful, isDue, isNotDoubtful, isTooFar, maxWaitMs } from "../guards/due.js";
import { allOf, now, quoted, readClockStatement } from "../guards/guards.js";
import { isForWorker, isSkipped } from "../guards/outbox-items.js";
import {
  isAtGate,
  isBeforeAttempt,
  isKnown,
  isNotAtGate,
  isTimed,
  isWaiting,
  isWithinCopyLimit,
} from "../guards/waiting.js";
import { readAgreedTimeStatement } from "./agreed-time.js";
import {
  chargeGatesStatement,
  isAdmitted,
  isIdle,
  pairDueAt,
  waitAtGateStatement,
  waitingPairs,
} from "./queue/gates.js";
import { attemptColumns, generationColumns } from "./reads.js";

/** The rows with a far due time before `:farBefore`, latest first. */
const far = `FROM safelight_generations INDEXED BY safelight_generations_due
     WHERE due_at > ${now} + ${maxWaitMs} AND due_at < coalesce(CAST(:farBefore AS INTEGER), ${Number.MAX_SAFE_INTEGER})
       AND ${isTimed} ORDER BY due_at DESC`;

/** Rows that match `isTooFar` among the next `maxFarRows`, latest first. */
export const findTooFarStatement = `SELECT id, owner_id, model, state, kind, due_at, leased FROM (
     SELECT id, owner_id, model, state, kind, due_at, not_before, touched_at, leased ${far} LIMIT ${maxFarRows}
   ) WHERE ${isTooFar} AND ${isKnown} LIMIT 100`;

/** The same for one generation. */
export const findTooFarOneStatement = `SELECT id, owner_id, model, state, kind, due_at, leased FROM safelight_generations
   WHERE id = :id AND due_at > ${now} + ${maxWaitMs} AND ${isTimed} AND ${isTooFar} AND ${isKnown}`;

/** Due time of the last one of these `maxFarRows`; `NULL` if there are fewer. */
export const readFarUntilStatement = `SELECT (SELECT due_at ${far} LIMIT 1 OFFSET ${maxFarRows - 1}) AS due_at`;

const dueColumns = "id, owner_id, model, state, kind, due_at, touched_at, leased";
const timed = "safelight_generations INDEXED BY safelight_generations_due";
const waiting = "safelight_generations INDEXED BY safelight_generations_waiting";

/** The uncorrected time, the agreed time, whether generations wait at a gate, and when the first key of each table expires. */
export const readClaimTimeStatement = `${readClockStatement}, (${readAgreedTimeStatement}) AS agreed_time,
     EXISTS (SELECT 1 FROM ${waiting} WHERE ${isWaiting} AND gate > '') AS has_gates,
     (SELECT min(expires_at) FROM safelight_submissions) AS submission_expires_at,
     (SELECT min(expires_at) FROM safelight_erased_entry_keys) AS entry_key_expires_at`;

/** A waiting row of a clock that was ahead is due, too. */
const isClaimable = `(due_at <= ${now} OR ${isTooFar}) AND (${isKnown} OR deadline_at <= ${now}) AND ${isNotDoubtful}`;

/** The rows that a process skips until it is warm; the most recently leased first, as a live worker may hold them. */
export const findDoubtfulStatement = `SELECT ${dueColumns} FROM (
     SELECT ${dueColumns} FROM ${timed} WHERE due_at <= ${now} AND ${isTimed} AND ${isDoubtful} ORDER BY due_at DESC LIMIT 100
   )
   UNION ALL SELECT ${dueColumns} FROM ${waiting} WHERE gate IS NULL AND ${isWaiting} AND ${isDoubtful}
   UNION ALL SELECT ${dueColumns} FROM safelight_generations INDEXED BY safelight_generations_gate_deadline
     WHERE deadline_at <= ${now} AND ${isAtGate} AND ${isDoubtful}
   LIMIT 100`;

/**
 * Due generations for a worker that do not wait: those of its own models, and any past their deadline. A read comes
 * first, so that an idle check writes nothing.
 */
export const findDueStatement = `SELECT ${dueColumns} FROM ${timed} WHERE ${isTimed} AND ${isDue}
   ORDER BY due_at LIMIT :limit OFFSET :skip`;

/** Those that wait without a gate, by rank. */
export const findWaitingStatement = `SELECT ${dueColumns}, rank, attempts FROM ${waiting}
   WHERE gate IS NULL AND ${isWaiting} AND ${isClaimable} ORDER BY rank LIMIT :limit OFFSET :waitingSkip`;

/** Those that wait at a gate with capacity, the first ones of each by rank. `json_each` has a column `id`, too. */
export const findAtGatesStatement = `SELECT g.${dueColumns}, gate, rank, attempts
   FROM json_each(:gates) open CROSS JOIN safelight_generations g ON g.id IN (
     SELECT id FROM ${waiting} WHERE gate = open.value AND ${isWaiting} AND ${isClaimable} ORDER BY rank LIMIT :limit
   ) ORDER BY g.rank`;

/** Those that wait at a gate, past their deadline. */
export const findOverdueAtGatesStatement = `SELECT ${dueColumns}
   FROM safelight_generations INDEXED BY safelight_generations_gate_deadline
   WHERE deadline_at <= ${now} AND ${isAtGate} AND ${isNotDoubtful} ORDER BY deadline_at LIMIT :limit`;

/** One generation, if it is due. */
export const findDueOneStatement = `SELECT ${dueColumns} FROM safelight_generations WHERE id = :id AND ${isDue}`;

/** When one generation is due. */
export const readDueStatement = `SELECT max(due_at - ${now}, 0) AS due_in, leased,
     iif(${isBeforeAttempt} AND leased = 0, gate, NULL) AS gate FROM safelight_generations
   WHERE id = :id AND due_at IS NOT NULL`;

/**
 * The first due generation of each of the next `:owners` owners after `:ownersAfter`. Costs one index step and at most
 * 100 rows for each owner. `id` is null if nothing is due among these rows.
 */
export const findDueByOwnerStatement = `WITH RECURSIVE active(owner_id, position) AS (
     SELECT min(owner_id), 1 FROM safelight_generations WHERE finished_at IS NULL AND owner_id > :ownersAfter
     UNION ALL
     SELECT (
       SELECT min(owner_id) FROM safelight_generations WHERE finished_at IS NULL AND owner_id > active.owner_id
     ), position + 1
     FROM active WHERE active.owner_id IS NOT NULL AND position < :owners
   )
   SELECT active.owner_id, g.id, g.model, g.state, g.kind, iif(g.${isBeforeAttempt}, g.gate, NULL) AS gate
   FROM active LEFT JOIN safelight_generations g ON g.id = (
     SELECT id FROM (
       SELECT id, model, state, kind, due_at, deadline_at, leased, gate
       FROM safelight_generations INDEXED BY safelight_generations_active
       WHERE owner_id = active.owner_id AND finished_at IS NULL ORDER BY id LIMIT 100
     ) WHERE due_at <= ${now} AND ${isKnown} AND ${isNotDoubtful} AND ${isWithinCopyLimit}
       AND (gate IS NULL OR NOT (${isBeforeAttempt}) OR gate NOT IN (SELECT value FROM json_each(:fullGates))) LIMIT 1
   )
   WHERE active.owner_id IS NOT NULL`;

const byModel = "safelight_generations INDEXED BY safelight_generations_model_due";

/** The active models, and one `NULL`: one index step for each. A model whose generations all wait at a gate is missing. */
export const activeModels = `WITH RECURSIVE active(model) AS (
     SELECT min(model) FROM ${byModel} WHERE ${isNotAtGate}
     UNION ALL
     SELECT (SELECT min(model) FROM ${byModel} WHERE ${isNotAtGate} AND model > active.model)
     FROM active WHERE active.model IS NOT NULL
   )`;

/**
 * Whether a worker has a model: it holds a lease of a generation of the model, or has one between two polls. Its waiting
 * generations then wait for a slot. Reads up to 100 rows, the next due first.
 */
const isServed = (model: string): string => `EXISTS (SELECT 1 FROM (
     SELECT state, leased FROM ${byModel} WHERE ${isNotAtGate} AND model = ${model} AND due_at > ${now}
     ORDER BY due_at LIMIT 100
   ) near WHERE near.leased = 1 OR NOT (near.${isBeforeAttempt}))`;

/** Models that no worker has, with a generation that has waited for `:forMs`. One at a gate counts if it is one of `:gates`. */
export const unservedModelsStatement = `${activeModels}, ${waitingPairs}
   SELECT model FROM active WHERE ${now} - :forMs >= (
     SELECT min(due_at) FROM ${byModel} WHERE ${isNotAtGate} AND model = active.model
   ) AND NOT ${isServed("active.model")}
   UNION ALL SELECT model FROM pair
     WHERE gate IN (SELECT value FROM json_each(:gates)) AND ${now} - :forMs >= ${pairDueAt}
       AND NOT ${isServed("pair.model")}`;

/** The number of generations by state, as JSON, among the first ones of each source. */
const countsOf = (...sources: readonly string[]): string => `(SELECT json_group_object(state, count) FROM (
        SELECT state, count(*) AS count FROM (
          SELECT state FROM (${sources.map((source) => `SELECT state FROM (${source} LIMIT :limit)`).join(" UNION ALL ")})
          LIMIT :limit
        ) GROUP BY state
      ))`;

/** The active generations by state, the first due time, and the outbox items, in one snapshot. */
export const readQueueStatement = `${activeModels}, ${waitingPairs} SELECT
     ${countsOf(
       `SELECT state FROM ${timed} WHERE due_at <= ${now} AND ${isTimed} ORDER BY due_at`,
       `SELECT state FROM ${waiting} WHERE ${isWaiting}`,
     )} AS due,
     ${countsOf(`SELECT state FROM ${timed} WHERE due_at > ${now} AND ${isTimed} ORDER BY due_at`)} AS later,
     (SELECT ${now} - min(due_at) FROM (
        SELECT (SELECT min(due_at) FROM ${byModel} WHERE ${isNotAtGate} AND model = active.model) AS due_at FROM active
        UNION ALL SELECT ${pairDueAt} FROM pair WHERE ${isIdle("pair.gate")}
      )) AS oldest_due,
     (SELECT count(*) FROM (SELECT 1 FROM safelight_outbox ORDER BY due_at LIMIT :limit)) AS outbox`;

/** The next due times: one index step for each model. A generation of an unknown model is due at its deadline. */
export const nextDueStatement = `${activeModels}
   SELECT
     (SELECT min((SELECT min(due_at) FROM ${byModel} WHERE ${isNotAtGate} AND model = known.value))
      FROM json_each(:models) known) AS known,
     (SELECT min((SELECT min(max(due_at, deadline_at)) FROM ${byModel} WHERE ${isNotAtGate} AND model = active.model))
      FROM active WHERE active.model NOT IN (SELECT value FROM json_each(:models))) AS unknown,
     (SELECT due_at FROM safelight_outbox WHERE ${isForWorker} AND NOT ${isSkipped} ORDER BY due_at LIMIT 1) AS outbox,
     (SELECT min(deadline_at) FROM safelight_generations INDEXED BY safelight_generations_gate_deadline
      WHERE ${isAtGate}) AS deadline,
     ${now} AS now`;

/**
 * End of a lease, or the deadline if that is sooner: any worker may then end the generation. In `storing`, the result is
 * paid: the worker adds a grace to the deadline, and enforces both.
 */
const leaseEnd = `CASE WHEN state = 'storing' OR deadline_at <= ${now}
     THEN ${now} + :leaseMs ELSE min(${now} + :leaseMs, deadline_at) END`;

/**
 * In milliseconds. A creation time further in the future than this was written by a clock that was ahead. More than the
 * hour of a daylight saving error: a process that is behind by less must not move the deadlines of others.
 */
const maxAheadMs = 7_200_000;

const isSubmittedAhead = `created_at > ${now} + ${maxAheadMs}`;
/** How far ahead the clock was that submitted a generation, in milliseconds; 0 unless it was wrong. */
const submittedAhead = `iif(${isSubmittedAhead}, created_at - ${now}, 0)`;

/** The same for the times that count from the earliest start, which the owner's clock set. */
const startedAhead = `iif(${isSubmittedAhead},
       max(created_at, coalesce(not_before, 0)) - max(created_at - ${submittedAhead}, coalesce(not_before, 0)), 0)`;

const claimGuards = {
  candidate: "id IN (SELECT value FROM json_each(:ids))",
  // Also false for a generation that another worker has claimed since, and for one that has ended.
  due: `due_at <= ${now} OR ${isTooFar}`,
};

const capacityGuards = { capacity: isAdmitted(`candidate.due_at <= ${now} OR ${isTooFar}`) };
const firstGuards = { first: "attempts = 0", ungated: "gate IS NULL" };

const claimUpdate = (where: string, setState = ""): string => `UPDATE safelight_generations
   SET epoch = epoch + 1,
     claim_token = :token,
     expired_leases = expired_leases + leased,
     leased = 1,
     woken = 0,
     touched_at = ${now},
     created_at = created_at - ${submittedAhead},
     deadline_at = deadline_at - ${startedAhead},
     expires_at = expires_at - ${startedAhead},
     started_deadline_at = started_deadline_at - ${startedAhead},
     started_at = iif(started_at > ${now} + ${maxAheadMs}, ${now}, started_at),
     due_at = ${leaseEnd}${setState}
   WHERE ${where}`;

/** A generation without an attempt keeps its state, and its entries in the indexes by state. */
const reconcile = `,
     state = CASE WHEN state IN (${quoted(statesBefore("claim", "reconciling"))}) THEN 'reconciling' ELSE state END`;

const updateAttempts: readonly string[] = [
  // The previous worker of a submitting generation crashed during the paid request, or before it read the response.
  `UPDATE safelight_attempts
   SET state = 'unknown',
     unknown_at = (SELECT touched_at FROM safelight_generations WHERE id = generation_id)
   WHERE state = 'intent' AND (generation_id, number) IN (
     SELECT id, attempts FROM safelight_generations
     WHERE id IN (SELECT value FROM json_each(:ids)) AND claim_token = :token AND state = 'reconciling'
   )`,

  // Restarts the reconcile window now if a wrong clock wrote its start.
  `UPDATE safelight_attempts SET started_at = min(started_at, ${now}), unknown_at = min(unknown_at, ${now})
   WHERE max(started_at, coalesce(unknown_at, 0)) > ${now} + ${maxAheadMs} AND (generation_id, number) IN (
     SELECT id, attempts FROM safelight_generations
     WHERE id IN (SELECT value FROM json_each(:ids)) AND claim_token = :token
   )`,
];

const readClaimed = `SELECT ${generationColumns}, g.parsed_input AS parsedInput, ${attemptColumns}
   FROM safelight_generations g
   LEFT JOIN safelight_attempts a ON a.generation_id = g.id AND a.number = g.attempts
   WHERE g.id IN (SELECT value FROM json_each(:ids)) AND g.claim_token = :token AND g.leased = 1 ORDER BY g.id`;

/** Claims the candidates that are still due. The epoch rises, so that a previous holder loses its lease. */
export const claimStatements: readonly string[] = [
  claimUpdate(allOf(claimGuards), reconcile),
  ...updateAttempts,
  readClaimed,
];

/** The same for a worker with limits: claims only candidates whose gate has capacity. */
export const claimWithLimitsStatements: readonly string[] = [
  claimUpdate(`${allOf(claimGuards)} AND ${allOf(capacityGuards)}`, reconcile),
  waitAtGateStatement,
  chargeGatesStatement,
  ...updateAttempts,
  readClaimed,
];

/** The same for candidates that wait for their first attempt: no attempt needs a change, and none waits from now on. */
export const claimFirstWithLimitsStatements: readonly string[] = [
  claimUpdate(`${allOf({ ...claimGuards, first: firstGuards.first })} AND ${allOf(capacityGuards)}`),
  chargeGatesStatement,
  readClaimed,
];

/** The same for those without a gate. One that has an attempt or a gate by now stays for the next claim. */
export const claimFirstStatements: readonly string[] = [
  claimUpdate(allOf({ ...claimGuards, ...firstGuards })),
  readClaimed,
];

/** Extends a lease for its holder. */
export const renewStatements: readonly string[] = [
  `UPDATE safelight_generations SET due_at = ${leaseEnd} WHERE id = :id AND epoch = :epoch AND leased = 1`,
  "SELECT 1 FROM safelight_generations WHERE id = :id AND epoch = :epoch AND leased = 1",
];
