import type { GenerationRecord } from "./generation-record.js";

/**
 * A gallery is a list of generations with a change log and a sequence. The id of an owner's gallery is the owner's id. The id of a
 * team's gallery is this prefix and the team's id, so no owner may have such an id.
 */
const teamPrefix = "team:";

/** The id of a team's gallery. */
export function teamGalleryOf(teamId: string): string {
  return teamPrefix + teamId;
}

/** The team of a gallery; `null` for that of an owner. */
export function teamOfGallery(galleryId: string): string | null {
  return galleryId.startsWith(teamPrefix) ? galleryId.slice(teamPrefix.length) : null;
}

/** The galleries that contain a generation: that of its owner, and that of its team if it is shared. */
export function galleriesOf({ ownerId, teamId }: Pick<GenerationRecord, "ownerId" | "teamId">): readonly string[] {
  return teamId === null ? [ownerId] : [ownerId, teamGalleryOf(teamId)];
}
