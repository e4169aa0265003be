import type { ProviderFailure } from "../../generation/provider-failure.js";
import { isUploadReference } from "../../generation/upload-reference.js";
import type { SubmitRequest } from "../../ports/provider.js";
import type { AiSdkVideoInput } from "./ai-sdk-video-input.js";
import type { CallOptions } from "./call-of-request.js";
import { fileOf, filesOf } from "./input-files.js";
import type { AiSdkVideoCall, AiSdkVideoModel } from "./video-model.js";

/**
 * Converts a submit request to one call.
 *
 * @returns a failure, before any request, for input that no model accepts.
 * @throws {InputFileUnavailable} if an uploaded file was deleted.
 */
export async function videoCallOf<Input extends AiSdkVideoInput>(
  model: AiSdkVideoModel,
  {
    request: { files, input, signal },
    options: { headers, providerOptions = {} },
  }: { readonly request: SubmitRequest<Input>; readonly options: CallOptions<Input> },
): Promise<AiSdkVideoCall | ProviderFailure> {
  const wrong = await inputErrorOf(model, input);
  if (wrong !== null) return { code: "invalid_input", message: `Invalid input for the AI SDK: ${wrong}.` };
  const { image, lastFrame, references } = input;
  const first = image === undefined ? undefined : await fileOf(image, files);
  const last = lastFrame === undefined ? undefined : await fileOf(lastFrame, files);
  return {
    prompt: input.prompt,
    n: input.n ?? 1,
    aspectRatio: input.aspectRatio,
    resolution: input.resolution,
    duration: input.duration,
    fps: input.fps,
    seed: input.seed,
    image: last === undefined ? first : undefined,
    frameImages:
      first === undefined || last === undefined
        ? undefined
        : [
            { image: first, frameType: "first_frame" },
            { image: last, frameType: "last_frame" },
          ],
    inputReferences: references && (await filesOf(references, files)),
    generateAudio: input.generateAudio,
    providerOptions: typeof providerOptions === "function" ? providerOptions(input) : providerOptions,
    abortSignal: signal,
    headers,
  };
}

/** Checks only the rules that all packages share. Valid lengths and resolutions depend on the model. */
async function inputErrorOf(model: AiSdkVideoModel, input: AiSdkVideoInput): Promise<string | null> {
  const { aspectRatio, image, lastFrame, n = 1, references = [], resolution } = input;
  const files = [...references, ...[image, lastFrame].filter((file) => file !== undefined)];
  if (!Number.isSafeInteger(n) || n < 1) return "n must be an integer of at least 1";
  const max = await maxVideosOf(model);
  if (n > max) return `this model makes at most ${max} videos in one call, not ${n}`;
  if (resolution !== undefined && !/^\d+x\d+$/.test(resolution)) return "resolution must have the form 1280x720";
  if (aspectRatio !== undefined && !/^(\d+:\d+|adaptive)$/.test(aspectRatio)) {
    return "aspectRatio must have the form 16:9";
  }
  // A URL from an owner would be fetched inside the host's network.
  if (!files.every(isUploadReference)) return "image, lastFrame and references must be references to uploads";
  return lastFrame !== undefined && image === undefined ? "lastFrame needs an image as the first frame" : null;
}

async function maxVideosOf({ maxVideosPerCall, modelId }: AiSdkVideoModel): Promise<number> {
  const max = typeof maxVideosPerCall === "function" ? await maxVideosPerCall({ modelId }) : maxVideosPerCall;
  return max ?? 1;
}
