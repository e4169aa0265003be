import type { ProviderFailure } from "../../generation/provider-failure.js";
import { failureOfError, isEmptyResultError, reasonOfError } from "./failure-of-error.js";
import type { AiSdkCall, AiSdkImageModel, AiSdkResult } from "./image-model.js";

/** Outcome of one call of a generation. */
export type CallOutcome = { readonly n: number } & (
  | { readonly type: "responded"; readonly result: AiSdkResult }
  | { readonly type: "refused"; readonly failure: ProviderFailure }
  | { readonly type: "unknown"; readonly reason: string }
);

interface Listeners {
  readonly maxImagesPerCall: number | undefined;
  /** From 0 to 1. */
  readonly onProgress: (progress: number) => void;
  readonly onWarning: (warning: unknown) => void;
}

/** Splits the request into calls and runs them at once, each once. The outcomes are in order. */
export async function generateInCalls(
  model: AiSdkImageModel,
  {
    call,
    listeners: { onProgress, onWarning, ...options },
  }: { readonly call: AiSdkCall; readonly listeners: Listeners },
): Promise<readonly CallOutcome[]> {
  const parts = partsOf(call, await perCall(model, options.maxImagesPerCall));
  let ended = 0;
  return Promise.all(
    parts.map(async (part) => {
      const outcome = await generate(model, part);
      ended += 1;
      // A single call reports no progress, so the server's estimate by duration is better.
      if (parts.length > 1) onProgress(ended / parts.length);
      if (outcome.type === "responded") reportWarnings(outcome.result, onWarning);
      return outcome;
    }),
  );
}

async function perCall({ maxImagesPerCall, modelId }: AiSdkImageModel, given: number | undefined): Promise<number> {
  const reported =
    given ?? (typeof maxImagesPerCall === "function" ? await maxImagesPerCall({ modelId }) : maxImagesPerCall);
  return reported !== undefined && reported >= 1 ? Math.floor(reported) : 1;
}

function partsOf(call: AiSdkCall, perCall: number): readonly AiSdkCall[] {
  const parts: AiSdkCall[] = [];
  for (let made = 0; made < call.n; made += perCall) {
    // With one seed for all, each call would make the same image.
    const seed = call.seed === undefined ? undefined : call.seed + made;
    parts.push({ ...call, n: Math.min(perCall, call.n - made), seed });
  }
  return parts;
}

/** A paid result must not be lost to an error of `onWarning`. */
export function reportWarnings({ warnings }: Pick<AiSdkResult, "warnings">, onWarning: Listeners["onWarning"]): void {
  try {
    for (const warning of warnings ?? []) onWarning(warning);
  } catch {
    // The error is dropped: the images matter more, and no logger is available here.
  }
}

async function generate(model: AiSdkImageModel, call: AiSdkCall): Promise<CallOutcome> {
  const { n } = call;
  const name = `${model.provider} ${model.modelId}`;
  try {
    const result = await model.doGenerate(call);
    if (Array.isArray(result?.images)) return { type: "responded", n, result };
    return { type: "unknown", n, reason: `${name} returned no list of images.` };
  } catch (error) {
    if (isEmptyResultError(error)) return { type: "responded", n, result: { images: [] } };
    const failure = failureOfError(name, { error, now: Date.now() });
    return failure === null
      ? { type: "unknown", n, reason: `${name} sent no conclusive response: ${reasonOfError(error)}.` }
      : { type: "refused", n, failure };
  }
}
