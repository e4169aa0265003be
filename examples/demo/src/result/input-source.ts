import type { Output } from "@safelight/client/contract";
import { maxClipBytes } from "../models/generation-input.ts";
import type { ModelId } from "../models/models.ts";

/** A file that a model takes as its input. */
export interface InputSource {
  readonly model: ModelId;
  readonly url: string;
  readonly isClip: boolean;
}

/**
 * The file to upload as the input of a model; `null` if no model takes one. A video that is too large, or without a model for
 * clips, is represented by its poster.
 *
 * @param models the model that takes clips, and the one that takes images, if any.
 */
export function inputSourceOf(
  { byteLength, kind, thumbnailUrl, url }: Pick<Output, "byteLength" | "kind" | "thumbnailUrl" | "url">,
  models: { readonly clip: ModelId | undefined; readonly image: ModelId | undefined },
): InputSource | null {
  if (kind !== "image" && models.clip !== undefined && byteLength <= maxClipBytes)
    return { model: models.clip, url, isClip: true };
  const imageUrl = kind === "image" ? url : kind === "video" ? thumbnailUrl : null;
  return models.image === undefined || imageUrl === null ? null : { model: models.image, url: imageUrl, isClip: false };
}
