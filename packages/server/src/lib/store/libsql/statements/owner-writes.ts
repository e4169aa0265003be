import { endedAndDeleted, purge } from "../guards/end-side-effects.js";
import { allOf, now } from "../guards/guards.js";
import { enqueuePrefixDeletion } from "../guards/outbox-items.js";
import { keepHashes } from "../guards/purge.js";
import { assignSequence, assignSequences, isMarked } from "../guards/sequences.js";

const markSeenGuards = {
  named: "id IN (SELECT value FROM json_each(:ids))",
  owner: "owner_id = :ownerId",
  ended: "finished_at IS NOT NULL AND deleted_at IS NULL",
  once: "seen_at IS NULL",
};

/** Marks several generations at once, each with its own sequence of the owner. */
export const markSeenStatements: readonly string[] = [
  `UPDATE safelight_generations SET seen_at = ${now}, version = version + 1, sequence = NULL
   WHERE ${allOf(markSeenGuards)}`,

  ...assignSequences,

  "SELECT sequence FROM safelight_owners WHERE id = :ownerId",
];

const removeGuards = {
  generation: "id = :id",
  owner: "owner_id = :ownerId",
  ended: "finished_at IS NOT NULL",
  once: "deleted_at IS NULL",
};

/** Deletes the content. The tombstone keeps the ledger entries, the key, the sequence and the hashes of the outputs. */
export const removeStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET deleted_at = ${now}, touched_at = ${now}, version = version + 1, sequence = NULL
   WHERE ${allOf(removeGuards)}`,

  enqueuePrefixDeletion(`id = :id AND ${isMarked}`),
  keepHashes(endedAndDeleted),
  ...purge,
  ...assignSequence,

  "SELECT deleted_at, team_id FROM safelight_generations WHERE id = :id AND owner_id = :ownerId",
];
