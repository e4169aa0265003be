import type { Json, JsonObject, MediaKind } from "@safelight/client/contract";
import type { GenerationRecord } from "../generation/generation-record.js";
import type { OperatorService } from "../service/operator-access.js";

/** An output, by signed URLs. */
export interface OwnerOutput {
  readonly kind: MediaKind;
  readonly url: string;
  /** The poster of a video; `null` without one. */
  readonly thumbnailUrl: string | null;
}

/** The content of a generation's owner, for an operator who may see it. */
export interface OwnerContent {
  /** As submitted; `null` after the content was deleted. */
  readonly input: Json;
  readonly metadata: JsonObject | null;
  /** Signed URLs of the outputs, valid for some minutes. Without `publicUrl`, paths of the server. */
  readonly outputs: readonly OwnerOutput[];
}

export async function ownerContentOf(
  { mediaUrls }: Pick<OperatorService, "mediaUrls">,
  { id, input, metadata, outputs }: GenerationRecord,
): Promise<OwnerContent> {
  const signed = outputs.map(async ({ index, kind, thumbnail }) => {
    const url = await mediaUrls.urlOf({ id, part: index });
    const thumbnailUrl = thumbnail === null ? null : await mediaUrls.urlOf({ id, part: index, variant: "thumbnail" });
    return { kind, url, thumbnailUrl };
  });
  return { input, metadata, outputs: await Promise.all(signed) };
}
