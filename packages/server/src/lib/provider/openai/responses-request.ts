import { imageReferencesIn, isImageReference } from "../../generation/image-reference.js";
import type { SubmitRequest } from "../../ports/provider.js";
import { resolveImages } from "../kit/images/resolve-images.js";
import type { OpenaiResponsesInput } from "./openai-input.js";

/** Names in a response's metadata by which we know it again. */
export const metadataKeys = {
  generation: "safelight_generation",
  token: "safelight_token",
  webhook: "safelight_webhook",
} as const;

/** A value of metadata may be no longer, in characters. */
const longestValue = 512;

/**
 * Words an input as a response in the background, whose text model must ask the image model.
 *
 * @returns `null` when a picture in it is neither an uploaded one nor a data URL, or is where no picture goes.
 * @throws {InputImageMissing} when an uploaded one is not there any more.
 */
export async function responsesRequest(
  request: SubmitRequest<OpenaiResponsesInput>,
  models: { readonly image: string; readonly text: string },
): Promise<Readonly<Record<string, unknown>> | null> {
  const { image, mask, n: _, ...others } = request.input;
  const { prompt, safety_identifier, ...settings } = others;
  const given = image === undefined ? [] : [image].flat();
  if (imageReferencesIn(others).length > 0) return null;
  if (![...given, ...(mask === undefined ? [] : [mask])].every(isPicture)) return null;
  const pictures = given.map((picture) => ({ type: "input_image", image_url: picture }));
  const content = await resolveImages([{ type: "input_text", text: prompt }, ...pictures], request.images);
  const masked = mask !== undefined && { input_image_mask: { image_url: await resolveImages(mask, request.images) } };
  return {
    model: models.text,
    background: true,
    // What is asked for later must be kept.
    store: true,
    input: [{ role: "user", content }],
    tools: [{ ...settings, type: "image_generation", model: models.image, ...masked }],
    tool_choice: { type: "image_generation" },
    metadata: metadataOf(request),
    ...(safety_identifier !== undefined && { safety_identifier }),
  };
}

function isPicture(given: string): boolean {
  return given.startsWith("data:image/") || isImageReference(given);
}

/** OpenAI calls a project back at one address: from where the call-back goes on, the response itself must say. */
function metadataOf({ generationId, token, webhookUrl }: SubmitRequest<OpenaiResponsesInput>) {
  return {
    [metadataKeys.generation]: generationId,
    [metadataKeys.token]: token,
    ...(webhookUrl !== undefined && webhookUrl.length <= longestValue && { [metadataKeys.webhook]: webhookUrl }),
  };
}
