import { isImageReference } from "../../generation/image-reference.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { InputImages } from "../../ports/input-images.js";
import type { SubmitRequest } from "../../ports/provider.js";
import type { AiSdkInput } from "./ai-sdk-input.js";
import type { AiSdkCall, AiSdkFile, AiSdkImageModel } from "./image-model.js";

/** What goes with each call beside the input. */
export interface CallOptions<Input> {
  /**
   * Options of the package behind the model, by its name, such as `{ openai: { quality: "high" } }`; a function makes them
   * of the input.
   */
  readonly providerOptions?: ProviderOptions | ((input: Input) => ProviderOptions);
  readonly headers?: Readonly<Record<string, string>>;
}

type ProviderOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * A paid request in the words of the AI SDK, for all of its pictures.
 *
 * @returns a failure for what the model would not take, before anything is sent.
 * @throws {InputImageMissing} when a picture is not there any more.
 */
export async function toCall<Input extends AiSdkInput>(
  model: AiSdkImageModel,
  { images, input, signal }: SubmitRequest<Input>,
  { headers, providerOptions = {} }: CallOptions<Input>,
): Promise<AiSdkCall | ProviderFailure> {
  const wrong = await whatIsWrong(model, input);
  if (wrong !== null) return { code: "invalid_input", message: `The AI SDK was not asked: ${wrong}.` };
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
    files: input.images && (await filesOf(input.images, images)),
    mask: input.mask === undefined ? undefined : await fileOf(input.mask, images),
  };
}

/** Only what every package takes for granted. What a size or a seed may be, each model knows by itself. */
async function whatIsWrong(model: AiSdkImageModel, input: AiSdkInput): Promise<string | null> {
  const { aspectRatio, images = [], mask, n = 1, prompt, size } = input;
  const references = mask === undefined ? images : [...images, mask];
  if (!Number.isSafeInteger(n) || n < 1) return "the number of pictures is none";
  if (size !== undefined && !/^\d+x\d+$/.test(size)) return "the size has not the form 1024x1024";
  if (aspectRatio !== undefined && !/^\d+:\d+$/.test(aspectRatio)) return "the aspect ratio has not the form 16:9";
  // A URL that an owner typed would be fetched from inside the host's network.
  if (!references.every(isImageReference)) return "a picture is no reference to an upload";
  if (model.specificationVersion === "v2" && prompt === undefined) return "the model needs a prompt";
  if (references.length > 0 && !(await takesFiles(model))) return "the model takes no pictures";
  if (mask !== undefined && (await model.supportsMaskInputs) === false) return "the model takes no mask";
  return null;
}

/** Where nobody knows, the model may say no by itself. */
async function takesFiles({ specificationVersion, supportsFileInputs }: AiSdkImageModel): Promise<boolean> {
  return specificationVersion !== "v2" && (await supportsFileInputs) !== false;
}

/** One after the other: together they may be large. */
async function filesOf(references: readonly string[], images: InputImages): Promise<readonly AiSdkFile[]> {
  const files: AiSdkFile[] = [];
  for (const reference of references) files.push(await fileOf(reference, images));
  return files;
}

async function fileOf(reference: string, images: InputImages): Promise<AiSdkFile> {
  const { bytes, contentType } = await images.read(reference);
  return { type: "file", mediaType: contentType, data: bytes };
}
