import { checkOptionNames } from "../../model/check-option-names.js";
import type { Provider } from "../../ports/provider.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import type { AiSdkInput } from "./ai-sdk-input.js";
import { type CallOptions, toCall } from "./call-of-request.js";
import { generateInCalls } from "./generate-in-calls.js";
import { type AiSdkImageModel, checkImageModel } from "./image-model.js";
import { outcomeOfCalls } from "./outcome-of-calls.js";
import { type AiSdkWarning, emitWarning } from "./warnings.js";

/** Options of the adapter. */
export interface AiSdkOptions<Input> extends CallOptions<Input> {
  /**
   * Provider id, stored with each attempt. Set it if two failover providers use models of one vendor.
   * @default `ai-sdk-` and the vendor's name
   */
  readonly id?: string;
  /** Receives each warning of a model, such as that it ignores the seed. @default a process warning */
  readonly onWarning?: (warning: AiSdkWarning) => void;
  /**
   * Maximum number of images per call.
   * @default the model's own limit, else 1
   */
  readonly maxImagesPerCall?: number;
  /** Limits of your account at the vendor. @default none */
  readonly limits?: ProviderLimits | false | undefined;
}

/**
 * Provider for any image model of the AI SDK. `submit` blocks, so a crash during a call leaves the outcome unknown.
 * Requests for several images are split into calls of `doGenerate`, which run at once. No call is retried.
 *
 * @example
 * ```ts
 * const provider = aiSdk(openai.image("gpt-image-2"));
 * ```
 * @throws {TypeError} if `model` is not an image model.
 */
export function aiSdk<Input extends AiSdkInput = AiSdkInput>(
  model: AiSdkImageModel,
  options: AiSdkOptions<Input> = {},
): Provider<Input> {
  checkImageModel(model);
  checkOptionNames<AiSdkOptions<Input>>(options, {
    where: "aiSdk",
    names: {
      id: true,
      onWarning: true,
      maxImagesPerCall: true,
      limits: true,
      providerOptions: true,
      headers: true,
    },
  });
  const { id = idOf(model), maxImagesPerCall, onWarning = emitWarning } = options;
  return {
    id,
    limits: resolveLimits(options.limits, { key: id }),
    capabilities: { resumable: false, cancel: false, webhook: false, progress: false, previews: false },
    async submit(request) {
      const call = await toCall(model, { request, options });
      if ("code" in call) return { type: "rejected", failure: call };
      const { generationId, onProgress } = request;
      const calls = await generateInCalls(model, {
        call,
        listeners: {
          maxImagesPerCall,
          onProgress: (progress) => onProgress({ progress }),
          onWarning: (warning) => onWarning({ modelId: model.modelId, generationId, warning }),
        },
      });
      return outcomeOfCalls(calls);
    },
  };
}

/** Such as `ai-sdk-openai` for `openai.image`. */
export function idOf({ provider }: Pick<AiSdkImageModel, "provider">): string {
  const name =
    String(provider)
      .split(".")[0]
      ?.toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-") ?? "";
  return `ai-sdk-${name}`.slice(0, 32).replace(/-+$/, "");
}
