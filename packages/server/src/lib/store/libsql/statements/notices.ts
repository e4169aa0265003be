import { allOf, now } from "../guards/guards.js";
import { generationColumns, noticeColumns } from "./reads.js";

/** Whether a generation ended, and its owner has seen neither it nor a notice of it. */
const needsNotice = `owner_id = :ownerId AND finished_at > ${now} - :forMs AND seen_at IS NULL AND deleted_at IS NULL
     AND noticed_at IS NULL`;

/** Free: never leased, expired, or expiring later than any lease set now, which a clock that was ahead wrote. */
const isFree = `notice_until IS NULL OR notice_until <= ${now} OR notice_until > ${now} + :leaseMs + 5000`;

const claimNoticesGuards = { needsNotice, free: isFree };

/**
 * Notices to claim; those that the claim holds come first, each time in the same order. A read comes first, because most
 * claims find none.
 */
export const findNoticesStatement = `SELECT ${noticeColumns} FROM safelight_generations g
   WHERE ${needsNotice} AND (${isFree} OR notice_claim = :claim)
   ORDER BY notice_claim IS :claim DESC, finished_at DESC, id DESC LIMIT :limit`;

/** Leases notices to a claim. A repeat with the same claim returns the generations that it holds already. */
export const claimNoticesStatements: readonly string[] = [
  `UPDATE safelight_generations SET notice_claim = :claim, notice_until = ${now} + :leaseMs
   WHERE id IN (SELECT value FROM json_each(:ids)) AND ${allOf(claimNoticesGuards)}`,

  `SELECT ${generationColumns} FROM safelight_generations g
   WHERE g.id IN (SELECT value FROM json_each(:ids)) AND g.owner_id = :ownerId AND g.notice_claim = :claim
     AND g.notice_until > ${now} AND g.noticed_at IS NULL AND g.seen_at IS NULL AND g.deleted_at IS NULL
   ORDER BY g.id DESC`,
];

const confirmNoticesGuards = {
  named: "id IN (SELECT value FROM json_each(:ids))",
  // The plus disables the owner index: the few rows are found by id, not among all rows of the owner.
  owner: "+owner_id = :ownerId",
  claim: "notice_claim = :claim",
  once: "noticed_at IS NULL",
};

/** Marks notices as shown, also after the lease has expired. */
export const confirmNoticesStatements: readonly string[] = [
  `UPDATE safelight_generations SET noticed_at = ${now} WHERE ${allOf(confirmNoticesGuards)}`,
  "SELECT 1",
];
