import { allOf, confirmedNow, now } from "../guards/guards.js";
import { isForWorker, isOpenHold, isSkipped, jobGenerationId } from "../guards/outbox-items.js";

/** No item waits longer than an hour: a later due time was written by a clock that was ahead. */
const isTooFar = `due_at > ${now} + 3605000`;

/** The next open holds after a key, and their time from the record to the release. */
export const openHoldsStatement = `SELECT id, hold_key, due_at - created_at AS release_after
   FROM safelight_outbox INDEXED BY safelight_outbox_holds
   WHERE hold_key > :after AND ${isOpenHold} AND ${isForWorker} ORDER BY hold_key LIMIT :limit`;

/** Due items for the caller. A read comes first, so that an idle check writes nothing. */
export const findOutboxStatement = `SELECT * FROM (
     SELECT id FROM safelight_outbox WHERE due_at <= ${now} AND ${isForWorker} AND NOT ${isSkipped} ORDER BY due_at LIMIT :limit
   ) UNION ALL SELECT * FROM (
     SELECT id FROM safelight_outbox WHERE ${isTooFar} AND ${isForWorker} AND NOT ${isSkipped} LIMIT :limit
   ) LIMIT :limit`;

/** Parsed input of the generation of a job that holds capacity. */
const inputOfJob = `iif(gate IS NULL, NULL, (
     SELECT parsed_input FROM safelight_generations g WHERE g.id = ${jobGenerationId}))`;

/** Leases due items, and open holds among `:ended`. An item that is not confirmed is due again, with a longer delay each time, up to an hour. */
export const claimOutboxStatements: readonly string[] = [
  `UPDATE safelight_outbox
   SET token = :token, tries = tries + 1, due_at = ${now} + min(:leaseMs * (1 << min(tries, 10)), 3600000)
   WHERE id IN (SELECT value FROM json_each(:ids)) AND CASE WHEN ${isSkipped}
     THEN id IN (SELECT value FROM json_each(:ended)) ELSE due_at <= ${now} OR ${isTooFar} END`,
  `SELECT id, topic, payload, tries, gate, capacity_until - ${now} AS capacity_left,
     ${inputOfJob} AS input
   FROM safelight_outbox
   WHERE id IN (SELECT value FROM json_each(:ids)) AND token = :token ORDER BY id`,
];

export const confirmOutboxStatements: readonly string[] = ["DELETE FROM safelight_outbox WHERE id = :id", "SELECT 1"];

/** The number of tries identifies the claim. */
export const failOutboxStatements: readonly string[] = [
  `UPDATE safelight_outbox SET error = :error, due_at = iif(:dueInMs IS NULL, due_at, ${now} + :dueInMs)
   WHERE id = :id AND tries = :tries`,
  "SELECT 1",
];

/** A final result stays: the response to a later cancel (`too_late`) shows only that the job has ended. */
export const recordJobCancelStatements: readonly string[] = [
  `UPDATE safelight_attempts SET job_cancel = :result WHERE generation_id = :generationId AND number = :attempt
     AND coalesce(job_cancel, '') NOT IN ('canceled', 'too_late', 'absent', :result)`,
  "SELECT 1",
];

const dayMs = 24 * 60 * 60_000;
/** In milliseconds. A job ends by itself within this time. */
const unclaimedJobMs = dayMs;
/** In milliseconds: longer than the retries of a worker that knows the target. */
const unclaimedAnnouncementMs = 7 * dayMs;

/** Conditions of an abandoned item: it is long overdue, and no worker of any version has claimed it. */
const unclaimedGuards = {
  job: `due_at <= ${confirmedNow} - ${unclaimedJobMs}`,
  announcement: `topic = 'cancel_job' OR due_at <= ${confirmedNow} - ${unclaimedAnnouncementMs}`,
  // Every worker deletes bytes. A hold is the host's money.
  topic: "topic NOT IN ('delete_objects', 'delete_prefix', 'resolve_hold')",
};

/** Abandoned items that the caller cannot claim. A read comes first, so that an idle check writes nothing. */
export const findUnclaimedStatement = `SELECT id, topic FROM safelight_outbox
   WHERE ${allOf(unclaimedGuards)} AND NOT (${isForWorker}) ORDER BY due_at LIMIT :limit`;

/** Deletes the items that no worker has claimed since the read. Selects those that stay. */
export const dropUnclaimedStatements: readonly string[] = [
  `DELETE FROM safelight_outbox WHERE id IN (SELECT value FROM json_each(:ids)) AND ${allOf(unclaimedGuards)}`,
  "SELECT id FROM safelight_outbox WHERE id IN (SELECT value FROM json_each(:ids))",
];
