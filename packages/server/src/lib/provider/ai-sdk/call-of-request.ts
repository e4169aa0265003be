import type { ProviderFailure } from "../../generation/provider-failure.js";
import { isUploadReference } from "../../generation/upload-reference.js";
import type { SubmitRequest } from "../../ports/provider.js";
import type { AiSdkInput } from "./ai-sdk-input.js";
import type { AiSdkCall, AiSdkImageModel } from "./image-model.js";
import { fileOf, filesOf } from "./input-files.js";

/** Options of a call besides the input. */
export interface CallOptions<Input> {
  /**
   * Options of the package behind the model, by package name, such as `{ openai: { quality: "high" } }`, or a function of
   * the input that returns them.
   */
  readonly providerOptions?: ProviderOptions | ((input: Input) => ProviderOptions);
  readonly headers?: Readonly<Record<string, string>>;
}

type ProviderOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Converts a submit request to one call for all of its images.
 *
 * @returns a failure, before any request, for input that the model does not accept.
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function toCall<Input extends AiSdkInput>(
  model: AiSdkImageModel,
  {
    request: { files, input, signal },
    options: { headers, providerOptions = {} },
  }: { readonly request: SubmitRequest<Input>; readonly options: CallOptions<Input> },
): Promise<AiSdkCall | ProviderFailure> {
  const wrong = await inputErrorOf(model, input);
  if (wrong !== null) return { code: "invalid_input", message: `Invalid input for the AI SDK: ${wrong}.` };
  const call = {
    prompt: input.prompt,
    n: input.n ?? 1,
    size: input.size,
    aspectRatio: input.aspectRatio,
    seed: input.seed,
    providerOptions: typeof providerOptions === "function" ? providerOptions(input) : providerOptions,
    abortSignal: signal,
    headers,
  };
  if (model.specificationVersion === "v2") return call;
  return {
    ...call,
    files: input.images && (await filesOf(input.images, files)),
    mask: input.mask === undefined ? undefined : await fileOf(input.mask, files),
  };
}

/** Checks only the rules that all packages share. Valid sizes and seeds depend on the model. */
async function inputErrorOf(model: AiSdkImageModel, input: AiSdkInput): Promise<string | null> {
  const { aspectRatio, images = [], mask, n = 1, prompt, size } = input;
  const references = mask === undefined ? images : [...images, mask];
  if (!Number.isSafeInteger(n) || n < 1) return "n must be an integer of at least 1";
  if (size !== undefined && !/^\d+x\d+$/.test(size)) return "size must have the form 1024x1024";
  if (aspectRatio !== undefined && !/^\d+:\d+$/.test(aspectRatio)) return "aspectRatio must have the form 16:9";
  // A URL from an owner would be fetched inside the host's network.
  if (!references.every(isUploadReference)) return "images must be references to uploads";
  if (model.specificationVersion === "v2" && prompt === undefined) return "this model needs a prompt";
  if (references.length > 0 && !(await takesFiles(model))) return "this model does not accept images";
  if (mask !== undefined && (await model.supportsMaskInputs) === false) return "this model does not accept a mask";
  return null;
}

/** If the support is unknown, the model itself refuses unsupported files. */
async function takesFiles({ specificationVersion, supportsFileInputs }: AiSdkImageModel): Promise<boolean> {
  return specificationVersion !== "v2" && (await supportsFileInputs) !== false;
}
