import { deletePrefixWhere, takeSequence } from "../follow-ups.js";
import { allOf, now } from "../guards.js";

/** Conditions of marking as seen. */
const markSeenGuards = {
  named: "id IN (SELECT value FROM json_each(:ids))",
  owner: "owner_id = :ownerId",
  ended: "finished_at IS NOT NULL AND deleted_at IS NULL",
  once: "seen_at IS NULL",
};

/** Marks several at once, each with a place of its own in the owner's order. */
export const markSeenStatements: readonly string[] = [
  `UPDATE safelight_generations SET seen_at = ${now}, version = version + 1, sequence = NULL
   WHERE ${allOf(markSeenGuards)}`,

  `UPDATE safelight_generations
   SET sequence = place.sequence
   FROM (
     SELECT g.id, owner.sequence + row_number() OVER (ORDER BY g.id) AS sequence
     FROM safelight_generations g JOIN safelight_owners owner ON owner.id = g.owner_id
     WHERE g.owner_id = :ownerId AND g.sequence IS NULL
   ) AS place
   WHERE safelight_generations.id = place.id`,

  `UPDATE safelight_owners
   SET sequence = (SELECT max(sequence) FROM safelight_generations WHERE owner_id = :ownerId)
   WHERE id = :ownerId
     AND sequence < (SELECT max(sequence) FROM safelight_generations WHERE owner_id = :ownerId)`,

  "SELECT sequence FROM safelight_owners WHERE id = :ownerId",
];

/** Conditions of taking the content away. */
const removeGuards = {
  generation: "id = :id",
  owner: "owner_id = :ownerId",
  ended: "finished_at IS NOT NULL",
  once: "deleted_at IS NULL",
};

/** Takes the content away; what is left keeps the ledger, the key and the place in the owner's order. */
export const removeStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET deleted_at = ${now}, touched_at = ${now}, input = NULL, parsed_input = NULL, metadata = NULL, scope = NULL,
     version = version + 1, sequence = NULL
   WHERE ${allOf(removeGuards)}`,

  deletePrefixWhere("id = :id AND sequence IS NULL"),

  `DELETE FROM safelight_outputs WHERE generation_id = (
     SELECT id FROM safelight_generations WHERE id = :id AND sequence IS NULL)`,

  `UPDATE safelight_attempts SET operation = NULL, operation_hint = NULL, outputs = NULL, failure = NULL
   WHERE generation_id = (
     SELECT id FROM safelight_generations WHERE id = :id AND sequence IS NULL)`,

  ...takeSequence,

  "SELECT deleted_at FROM safelight_generations WHERE id = :id AND owner_id = :ownerId",
];
