import type { Json, JsonObject } from "@safelight/client/contract";
import type { GenerationRecord } from "../generation/generation-record.js";
import type { OperatorService } from "../service/operator-access.js";

/** The content of a generation's owner, for an operator who may see it. */
export interface OwnerContent {
  /** As submitted; `null` after the content was deleted. */
  readonly input: Json;
  readonly metadata: JsonObject | null;
  /** Signed URLs of the outputs, valid for some minutes. Without `publicUrl`, paths of the server. */
  readonly images: readonly { readonly url: string; readonly thumbnailUrl: string }[];
}

export async function ownerContentOf(
  { mediaUrls }: Pick<OperatorService, "mediaUrls">,
  { id, input, metadata, outputs }: GenerationRecord,
): Promise<OwnerContent> {
  const images = outputs.map(async ({ index, thumbnail }) => {
    const url = await mediaUrls.urlOf({ id, part: index });
    const thumbnailUrl = thumbnail === null ? url : await mediaUrls.urlOf({ id, part: index, variant: "thumbnail" });
    return { url, thumbnailUrl };
  });
  return { input, metadata, images: await Promise.all(images) };
}
