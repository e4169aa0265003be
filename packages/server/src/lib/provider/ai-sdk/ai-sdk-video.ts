import type { ProviderFailure } from "../../generation/provider-failure.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { OperationStatus, Provider, SubmitOutcome } from "../../ports/provider.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { type AiSdkOptions, idOf } from "./ai-sdk.js";
import type { AiSdkVideoInput } from "./ai-sdk-video-input.js";
import { failureOfError, reasonOfError } from "./failure-of-error.js";
import { reportWarnings } from "./generate-in-calls.js";
import { videoCallOf } from "./video-call.js";
import { type AiSdkVideoModel, videoMethodsOf } from "./video-model.js";
import { videoOutputsOf } from "./video-outputs.js";
import { emitWarning } from "./warnings.js";

/** Options of the adapter. */
export interface AiSdkVideoOptions<Input> extends Omit<AiSdkOptions<Input>, "maxImagesPerCall"> {
  /**
   * Hosts from which the videos may be copied, as in `Provider.mediaHosts`. Most packages return links, which are refused
   * from any other host.
   * @default the hosts of fal, Replicate and Google for their packages, and otherwise none
   */
  readonly mediaHosts?: readonly string[];
}

/** By the part of a model's `provider` before its first dot. */
const knownHosts: ReadonlyMap<string, readonly string[]> = new Map([
  ["fal", ["fal.media", "*.fal.media", "storage.googleapis.com"]],
  ["replicate", ["replicate.delivery", "*.replicate.delivery"]],
  ["google", ["*.googleapis.com", "*.googleusercontent.com"]],
]);

/** Max time of a call that blocks until the video exists, in milliseconds. */
const blockingTimeoutMs = 1_500_000;
/** Interval of polls, in milliseconds. Videos take minutes. */
const pollAfterMs = 5_000;
/** Words in the message of a refused prompt. The message is not stored, because it may repeat the prompt. */
const blocked = /moderat|safety|policy|nsfw|prohibited|filtered/i;

/**
 * Provider for a video model of the AI SDK. A model with `doStart` and `doStatus` is resumable: its operation is stored, and
 * a restart continues to poll. `submit` of any other model blocks, so a crash during the call leaves the outcome unknown. No
 * call is retried. Webhooks are not used, because the AI SDK defines no signature for them.
 *
 * @example
 * ```ts
 * const provider = aiSdkVideo(gateway.video("google/veo-3.1-generate-001"), { mediaHosts: ["*.googleapis.com"] });
 * ```
 * @throws {TypeError} if `model` is not a video model.
 */
export function aiSdkVideo<Input extends AiSdkVideoInput = AiSdkVideoInput>(
  model: AiSdkVideoModel,
  options: AiSdkVideoOptions<Input> = {},
): Provider<Input> {
  const { generate, job } = videoMethodsOf(model);
  checkOptionNames<AiSdkVideoOptions<Input>>(options, {
    where: "aiSdkVideo",
    names: { id: true, onWarning: true, limits: true, providerOptions: true, headers: true, mediaHosts: true },
  });
  const { headers, id = idOf(model), onWarning = emitWarning } = options;
  const name = `${model.provider}, model ${model.modelId}`;
  const vendor = String(model.provider).split(".")[0] ?? "";
  return {
    id,
    limits: resolveLimits(options.limits, { key: id }),
    capabilities: { resumable: job !== null, cancel: false, webhook: false, progress: false, previews: false },
    mediaHosts: options.mediaHosts ?? knownHosts.get(vendor) ?? [],
    requestTimeoutMs: job === null ? blockingTimeoutMs : 300_000,
    async submit(request): Promise<SubmitOutcome> {
      const call = await videoCallOf(model, { request, options });
      if ("code" in call) return { type: "rejected", failure: call };
      const { generationId } = request;
      const warn = (warnings: readonly unknown[] | undefined): void => {
        reportWarnings({ warnings }, (warning) => onWarning({ modelId: model.modelId, generationId, warning }));
      };
      try {
        if (job !== null) {
          const { operation, warnings } = await job.start(call);
          warn(warnings);
          if (operation === undefined) return { type: "unknown", reason: `${name} returned no operation.` };
          // The worker checks that it is JSON, and treats anything else as an unknown outcome.
          return { type: "accepted", operation: { operation } as never };
        }
        const result = await generate?.(call);
        warn(result?.warnings);
        const outputs = videoOutputsOf(result?.videos);
        return { type: "done", outputs: outputs.length === 0 ? [{ failure: noVideo }] : outputs };
      } catch (error) {
        const failure = failureOfError(name, { error, now: Date.now() });
        return failure === null
          ? { type: "unknown", reason: `${name}: ${reasonOfError(error)}` }
          : { type: "rejected", failure };
      }
    },
    ...(job !== null && {
      poll: async (stored, { signal }): Promise<OperationStatus> => {
        // `submit` created it.
        const { operation } = stored as { readonly operation: never };
        const result = await job.status({ operation, abortSignal: signal, headers }).then(null, (error: unknown) => {
          throw new Error(`Could not read the status of a job of ${name}: ${reasonOfError(error)}.`);
        });
        if (result.status === "completed") {
          const outputs = videoOutputsOf(result.videos);
          return outputs.length === 0 ? { type: "failed", failure: noVideo } : { type: "done", outputs };
        }
        if (result.status === "error") return { type: "failed", failure: failureOfJob(name, result.error) };
        return { type: "running", progress: null, pollAfterMs };
      },
    }),
  };
}

function failureOfJob(name: string, error: unknown): ProviderFailure {
  const isBlocked = blocked.test(String(error));
  const what = isBlocked ? "refused the content" : "reported an error";
  return { code: isBlocked ? "content_blocked" : "provider_error", message: `The job of ${name} ${what}.` };
}

const noVideo: ProviderFailure = { code: "no_output", message: "The AI SDK returned no video." };
