import type { Gallery } from "@safelight/client/contract";
import { teamGalleryOf } from "../../generation/gallery-id.js";
import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";

/** A caller who reads a gallery. `ownerId` is the id of the gallery: a read of it finds no data of other galleries. */
export interface GalleryReader extends Caller {
  /** The owner whose watches count. @default `ownerId` */
  readonly holderId?: string;
}

/**
 * The reader of the caller's own gallery, or of that of the caller's team.
 *
 * @throws {ServiceError} forbidden without a team
 */
export function galleryReaderOf(caller: Caller, of: Gallery = "own"): GalleryReader {
  if (of === "own") return caller;
  if (caller.teamId === undefined) throw noTeam();
  return { ...caller, ownerId: teamGalleryOf(caller.teamId), holderId: caller.ownerId };
}

/** The refusal of a caller who has no team, or has left it. */
export function noTeam(): ServiceError {
  return new ServiceError("forbidden", "You are not a member of this team.");
}
