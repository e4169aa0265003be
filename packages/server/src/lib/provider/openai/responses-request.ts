import { isUploadReference, uploadReferencesIn } from "../../generation/upload-reference.js";
import type { SubmitRequest } from "../../ports/provider.js";
import { resolveReferences } from "../kit/inputs/resolve-references.js";
import type { OpenaiResponsesInput } from "./openai-input.js";

/** Metadata keys of a response. */
export const metadataKeys = {
  generation: "safelight_generation",
  token: "safelight_token",
  webhook: "safelight_webhook",
} as const;

/** Maximum length of a metadata value, in characters. */
const maxValueLength = 512;

/**
 * Converts an input to a background response, whose text model must call the image model.
 *
 * @returns `null` if an image is neither uploaded nor a data URL, or is in a field that takes no image.
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function responsesRequest(
  request: SubmitRequest<OpenaiResponsesInput>,
  models: { readonly image: string; readonly text: string },
): Promise<Readonly<Record<string, unknown>> | null> {
  const { image, mask, n: _, ...others } = request.input;
  const { prompt, safety_identifier, ...settings } = others;
  const given = image === undefined ? [] : [image].flat();
  if (uploadReferencesIn(others).length > 0) return null;
  if (![...given, ...(mask === undefined ? [] : [mask])].every(isImageField)) return null;
  const sources = given.map((source) => ({ type: "input_image", image_url: source }));
  const content = await resolveReferences([{ type: "input_text", text: prompt }, ...sources], request.files);
  const masked = mask !== undefined && {
    input_image_mask: { image_url: await resolveReferences(mask, request.files) },
  };
  return {
    model: models.text,
    background: true,
    // A response can only be polled if it is stored.
    store: true,
    input: [{ role: "user", content }],
    tools: [{ ...settings, type: "image_generation", model: models.image, ...masked }],
    tool_choice: { type: "image_generation" },
    metadata: metadataOf(request),
    ...(safety_identifier !== undefined && { safety_identifier }),
  };
}

function isImageField(given: string): boolean {
  return given.startsWith("data:image/") || isUploadReference(given);
}

/** OpenAI sends all webhooks of a project to one URL, so the response carries the URL to which the relay forwards. */
function metadataOf({ generationId, token, webhookUrl }: SubmitRequest<OpenaiResponsesInput>) {
  return {
    [metadataKeys.generation]: generationId,
    [metadataKeys.token]: token,
    ...(webhookUrl !== undefined && webhookUrl.length <= maxValueLength && { [metadataKeys.webhook]: webhookUrl }),
  };
}
