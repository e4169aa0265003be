import type { Provider } from "../../ports/provider.js";
import type { AiSdkInput } from "./ai-sdk-input.js";
import { type CallOptions, toCall } from "./call-of-request.js";
import { generateInCalls } from "./generate-in-calls.js";
import { type AiSdkImageModel, checkImageModel } from "./image-model.js";
import { outcomeOfCalls } from "./outcome-of-calls.js";
import { type AiSdkWarning, emitWarning } from "./warnings.js";

/** What else the adapter can be told. */
export interface AiSdkOptions<Input> extends CallOptions<Input> {
  /**
   * Stored with each attempt. Give one where a chain has two models of one vendor.
   * @default `ai-sdk-` and the vendor's name
   */
  readonly id?: string;
  /** Told what a model made of its input, such as that it has ignored a seed. @default a warning of the process */
  readonly onWarning?: (warning: AiSdkWarning) => void;
  /**
   * How many pictures one call makes.
   * @default as the model says, else 1
   */
  readonly maxImagesPerCall?: number;
}

/**
 * Any image model of the AI SDK as a provider. It blocks: a crash in the middle leaves the outcome unknown. `doGenerate` is
 * called as often as it takes to have all pictures, all at once and each once; nothing is sent again.
 *
 * @example
 * ```ts
 * const provider = aiSdk(openai.image("gpt-image-2"));
 * ```
 * @throws {TypeError} for what is no image model.
 */
export function aiSdk<Input extends AiSdkInput = AiSdkInput>(
  model: AiSdkImageModel,
  options: AiSdkOptions<Input> = {},
): Provider<Input> {
  checkImageModel(model);
  const { id = idOf(model), maxImagesPerCall, onWarning = emitWarning } = options;
  return {
    id,
    capabilities: { resumable: false, cancel: false, webhook: false, progress: false, partials: false },
    async submit(request) {
      const call = await toCall(model, request, options);
      if ("code" in call) return { type: "rejected", failure: call };
      const { generationId, onProgress } = request;
      const calls = await generateInCalls(model, call, {
        maxImagesPerCall,
        onProgress: (progress) => onProgress({ progress }),
        onWarning: (warning) => onWarning({ modelId: model.modelId, generationId, warning }),
      });
      return outcomeOfCalls(calls);
    },
  };
}

/** As `ai-sdk-openai` for `openai.image`. */
function idOf({ provider }: AiSdkImageModel): string {
  const name =
    String(provider)
      .split(".")[0]
      ?.toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-") ?? "";
  return `ai-sdk-${name}`.slice(0, 32).replace(/-+$/, "");
}
