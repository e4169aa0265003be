import type { ProviderFailure } from "../../generation/provider-failure.js";
import { failureOfError, isAnswerWithoutPictures, reasonOfError } from "./failure-of-error.js";
import type { AiSdkCall, AiSdkImageModel, AiSdkResult } from "./image-model.js";

/** What came of one of the calls that make up a generation. */
export type CallOutcome = { readonly n: number } & (
  | { readonly type: "answered"; readonly result: AiSdkResult }
  | { readonly type: "refused"; readonly failure: ProviderFailure }
  | { readonly type: "unknown"; readonly reason: string }
);

interface Listeners {
  readonly maxImagesPerCall: number | undefined;
  /** From 0 to 1. */
  readonly onProgress: (progress: number) => void;
  readonly onWarning: (warning: unknown) => void;
}

/** Calls the model until it has been asked for all pictures: at once, each call once. What they came to is in order. */
export async function generateInCalls(
  model: AiSdkImageModel,
  call: AiSdkCall,
  { onProgress, onWarning, ...options }: Listeners,
): Promise<readonly CallOutcome[]> {
  const parts = partsOf(call, await perCall(model, options.maxImagesPerCall));
  let ended = 0;
  return Promise.all(
    parts.map(async (part) => {
      const outcome = await generate(model, part);
      ended += 1;
      // One call says nothing on its way: how long it takes is better estimated.
      if (parts.length > 1) onProgress(ended / parts.length);
      if (outcome.type === "answered") tellWarnings(outcome.result, onWarning);
      return outcome;
    }),
  );
}

async function perCall({ maxImagesPerCall, modelId }: AiSdkImageModel, given: number | undefined): Promise<number> {
  const said =
    given ?? (typeof maxImagesPerCall === "function" ? await maxImagesPerCall({ modelId }) : maxImagesPerCall);
  return said !== undefined && said >= 1 ? Math.floor(said) : 1;
}

function partsOf(call: AiSdkCall, perCall: number): readonly AiSdkCall[] {
  const parts: AiSdkCall[] = [];
  for (let made = 0; made < call.n; made += perCall) {
    // With one seed for all, each call would make the same picture.
    const seed = call.seed === undefined ? undefined : call.seed + made;
    parts.push({ ...call, n: Math.min(perCall, call.n - made), seed });
  }
  return parts;
}

/** What was paid for is not lost to whoever listens. */
function tellWarnings({ warnings }: AiSdkResult, onWarning: Listeners["onWarning"]): void {
  try {
    for (const warning of warnings ?? []) onWarning(warning);
  } catch {
    // Of no consequence for the pictures; and there is nobody to tell.
  }
}

async function generate(model: AiSdkImageModel, call: AiSdkCall): Promise<CallOutcome> {
  const { n } = call;
  const name = `${model.provider} ${model.modelId}`;
  try {
    const result = await model.doGenerate(call);
    if (Array.isArray(result?.images)) return { type: "answered", n, result };
    return { type: "unknown", n, reason: `${name} answered without a list of images.` };
  } catch (error) {
    if (isAnswerWithoutPictures(error)) return { type: "answered", n, result: { images: [] } };
    const failure = failureOfError(name, error, Date.now());
    return failure === null
      ? { type: "unknown", n, reason: `${name} gave no certain answer: ${reasonOfError(error)}.` }
      : { type: "refused", n, failure };
  }
}
