import { allOf, now } from "../guards/guards.js";
import { generationColumns } from "../rows/generation-row.js";

/** What has ended, and nobody was told of. Being seen is being told. */
const isUntold = `owner_id = :ownerId AND finished_at > ${now} - :forMs AND seen_at IS NULL AND deleted_at IS NULL
     AND noticed_at IS NULL`;

/** Free: never leased, expired, or expiring later than any lease set now, which a clock that was ahead wrote. */
const isFree = `notice_until IS NULL OR notice_until <= ${now} OR notice_until > ${now} + :leaseMs + 5000`;

/** Conditions of a claim on notices. */
const claimNoticesGuards = { untold: isUntold, free: isFree };

/** What there is to tell. Read first: most who ask are told nothing. */
export const findNoticesStatement = `SELECT id, notice_claim FROM safelight_generations
   WHERE ${isUntold} AND (${isFree} OR notice_claim = :claim)
   ORDER BY finished_at DESC LIMIT :limit`;

/** Leases them to one who will tell; one who has some already is given the same again. */
export const claimNoticesStatements: readonly string[] = [
  `UPDATE safelight_generations SET notice_claim = :claim, notice_until = ${now} + :leaseMs
   WHERE id IN (SELECT value FROM json_each(:ids)) AND ${allOf(claimNoticesGuards)}`,

  `SELECT ${generationColumns} FROM safelight_generations g
   WHERE g.id IN (SELECT value FROM json_each(:ids)) AND g.owner_id = :ownerId AND g.notice_claim = :claim
     AND g.notice_until > ${now} AND g.noticed_at IS NULL AND g.seen_at IS NULL AND g.deleted_at IS NULL
   ORDER BY g.id DESC`,
];

/** Conditions of having told. */
const confirmNoticesGuards = {
  named: "id IN (SELECT value FROM json_each(:ids))",
  // With a plus, so that the few are found by their ids, and not among everything that the owner ever had.
  owner: "+owner_id = :ownerId",
  claim: "notice_claim = :claim",
  once: "noticed_at IS NULL",
};

/** They were told. Also when the lease is over meanwhile: it was shown. */
export const confirmNoticesStatements: readonly string[] = [
  `UPDATE safelight_generations SET noticed_at = ${now} WHERE ${allOf(confirmNoticesGuards)}`,
  "SELECT 1",
];
