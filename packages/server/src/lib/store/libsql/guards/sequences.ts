/**
 * Whether the guarded write of this command changed a generation visibly. The later statements of the command require
 * it, so none takes effect if the guard refused or the command is a repeat; `assignSequence` clears it. A `park` without
 * a visible change leaves no mark. The statements after it match the command's token instead, and are idempotent.
 */
export const isMarked = "sequence IS NULL";

/** Assigns the next sequence of the owner to the visible change. Clears the mark, so it must run last. */
export const assignSequence: readonly string[] = [
  `UPDATE safelight_owners SET sequence = sequence + 1
   WHERE id = (SELECT owner_id FROM safelight_generations WHERE id = :id AND ${isMarked})`,

  `UPDATE safelight_generations
   SET sequence = (SELECT sequence FROM safelight_owners WHERE id = safelight_generations.owner_id)
   WHERE id = :id AND ${isMarked}`,
];

/** As `assignSequence`, for several generations of `:ownerId` at once. */
export const assignSequences: readonly string[] = assignSequencesOf({
  generations: "g.owner_id = :ownerId",
  owners: "id = :ownerId",
});

/** As `assignSequence`, for several generations `g` of several owners at once. Each gets its own sequence. */
export function assignSequencesOf(which: { readonly generations: string; readonly owners: string }): readonly string[] {
  const latest = "SELECT max(sequence) FROM safelight_generations WHERE owner_id = safelight_owners.id";
  return [
    `UPDATE safelight_generations
   SET sequence = assigned.sequence
   FROM (
     SELECT g.id, owner.sequence + row_number() OVER (PARTITION BY g.owner_id ORDER BY g.id) AS sequence
     FROM safelight_generations g JOIN safelight_owners owner ON owner.id = g.owner_id
     WHERE ${which.generations} AND g.${isMarked}
   ) AS assigned
   WHERE safelight_generations.id = assigned.id`,

    `UPDATE safelight_owners SET sequence = (${latest}) WHERE ${which.owners} AND sequence < (${latest})`,
  ];
}
