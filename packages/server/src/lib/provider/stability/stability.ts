import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { InputFiles } from "../../ports/input-files.js";
import type { Provider, SubmitOutcome, SubmitRequest } from "../../ports/provider.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { checkModelName } from "../kit/check-model-name.js";
import { tooLong } from "../kit/failures/too-long.js";
import { toForm } from "../kit/inputs/multipart-form.js";
import { invalidImage } from "../kit/inputs/read-image.js";
import type { StabilityModel } from "../kit/known-models.js";
import { maxResponseBytes, maxTextResponseBytes } from "../kit/request/max-response-bytes.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { missingKey, requireKey, vendorKey, withKeyHint } from "../kit/request/vendor-key.js";
import { type VendorResponse, vendorRequest } from "../kit/request/vendor-request.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { submitOutcomeOf, submitOutcomeWithImages } from "../kit/submit-outcome.js";
import {
  type ResolvedVendorOptions,
  resolveVendorOptions,
  type VendorOptions,
  vendorOptionNames,
} from "../kit/vendor-options.js";
import { stabilityFailure } from "./stability-failure.js";
import type { StabilityInput, StabilityToolInput } from "./stability-input.js";
import { stabilityStatus, toJob } from "./stability-job.js";
import { stabilityOutput } from "./stability-output.js";

/** https://platform.stability.ai/docs/api-reference: 150 requests in 10 seconds. */
const published: ProviderLimits = { rate: { requests: 150, perMs: 10_000 } };

/**
 * Options of the adapter. `mediaHosts` is missing because outputs arrive as bytes. `limits` defaults to 150 requests in
 * 10 seconds.
 */
export interface StabilityOptions extends Omit<VendorOptions, "mediaHosts"> {
  /**
   * Whether the tool is queued and polled, instead of returning its image. Set it for a tool that this adapter does not
   * know: otherwise its paid response could not be parsed.
   * @default true for `upscale/creative` and `edit/replace-background-and-relight`
   */
  readonly queued?: boolean;
}

const variable = "STABILITY_API_KEY";
/** Queued tools. All others return their image. */
const queuedTools: readonly string[] = ["upscale/creative", "edit/replace-background-and-relight"];

/**
 * Provider for Stability AI's models and tools. For models, `submit` blocks until the image is made. The tools
 * `upscale/creative` and `edit/replace-background-and-relight` are queued and polled. Cancellation is not supported. The
 * key defaults to `STABILITY_API_KEY`.
 *
 * @param model such as `"core"` or `"sd3.5-large"`, or the path of a tool, such as `"upscale/creative"`.
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: stability("core"),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 */
export function stability(model: `${string}/${string}`, options?: StabilityOptions): Provider<StabilityToolInput>;
export function stability(model: StabilityModel | (string & {}), options?: StabilityOptions): Provider<StabilityInput>;
export function stability(model: string, options: StabilityOptions = {}): Provider<StabilityToolInput> {
  checkModelName(model, 'stability("core")');
  checkOptionNames<StabilityOptions>(options, { where: "stability", names: { ...vendorOptionNames, queued: true } });
  const resolved = resolveVendorOptions(options, {
    vendor: "Stability AI",
    variable,
    baseUrl: "https://api.stability.ai",
  });
  const isQueued = options.queued ?? queuedTools.includes(model);
  const provider: Provider<StabilityToolInput> = {
    id: "stability",
    limits: resolveLimits(options.limits, { key: "stability", published }),
    capabilities: { resumable: isQueued, cancel: false, webhook: false, progress: false, previews: false },
    setupProblem: resolved.setupProblem,
    submit: (request) => submit(model, { options: { ...resolved, queued: isQueued }, request }),
  };
  return isQueued ? { ...provider, poll: pollWith(resolved) } : provider;
}

async function submit(
  model: string,
  {
    options: { apiKey, baseUrl, fetch, now, queued },
    request: { files, input, maxOutputBytes, signal },
  }: {
    readonly options: ResolvedVendorOptions & { readonly queued: boolean };
    readonly request: SubmitRequest<StabilityToolInput>;
  },
): Promise<SubmitOutcome> {
  const key = vendorKey(apiKey, variable);
  if (key === null) return missingKey("Stability AI", variable);
  const body = await formOf(model, { input, files });
  if (body === null) return invalidImage("Stability AI");
  const result = await vendorRequest({
    url: `${baseUrl}/v2beta/stable-image/${pathOf(model)}`,
    init: { method: "POST", headers: headersWith(key), body, signal },
    fetch,
    maxBytes: queued ? maxTextResponseBytes : maxResponseBytes(maxOutputBytes),
  });
  const read = queued ? submitOutcomeOf : submitOutcomeWithImages;
  const paid = read("Stability AI", { result, failureOf: (response) => stabilityFailure(response, now()) });
  if ("outcome" in paid) return withKeyHint(paid.outcome, variable);
  return queued ? toAccepted(paid.response, now()) : toDone(paid.response, contentTypeOf(input));
}

function pollWith(options: ResolvedVendorOptions): NonNullable<Provider<StabilityToolInput>["poll"]> {
  const { apiKey, baseUrl, fetch, now } = options;
  return async (operation, { input, maxOutputBytes, signal }) => {
    const job = toJob(operation);
    if (job === null) throw new Error("The operation is not one of Stability AI's.");
    const result = await vendorRequest({
      url: `${baseUrl}/v2beta/results/${encodeURIComponent(job.id)}`,
      init: { headers: headersWith(requireKey("Stability AI", { given: apiKey, variable })), signal },
      fetch,
      maxBytes: maxResponseBytes(maxOutputBytes),
    });
    if (result.type === "too_long") return { type: "failed", failure: tooLong("Stability AI's response") };
    if (result.type !== "responded") throw new Error(`Request to Stability AI failed: ${result.reason}`);
    return stabilityStatus(result, { job, contentType: contentTypeOf(input), now: now() });
  };
}

/** Stability AI expects a form even without a file. */
async function formOf(
  model: string,
  { input, files }: { readonly input: StabilityToolInput; readonly files: InputFiles },
): Promise<FormData | null> {
  const form = await toForm(input, files);
  if (form === null || !model.startsWith("sd3")) return form;
  if (model !== "sd3" && !form.has("model")) form.set("model", model);
  if (form.has("image") && !form.has("mode")) form.set("mode", "image-to-image");
  return form;
}

function pathOf(model: string): string {
  if (model.includes("/")) return model;
  return `generate/${model.startsWith("sd3") ? "sd3" : model}`;
}

function toAccepted(response: VendorResponse, acceptedAt: number): SubmitOutcome {
  const { id } = asRecord(jsonOf(response));
  if (typeof id !== "string" || id === "") return { type: "unknown", reason: "Stability AI's response has no job id." };
  return { type: "accepted", operation: { id, acceptedAt } };
}

function toDone(response: VendorResponse, contentType: string): SubmitOutcome {
  const output = stabilityOutput(response, contentType);
  if (output === null) return { type: "unknown", reason: "Could not parse Stability AI's response." };
  return { type: "done", outputs: [output] };
}

function contentTypeOf({ output_format: format = "png" }: StabilityToolInput): string {
  return `image/${format}`;
}

/** `fetch` sets the content type of the form, with its boundary. */
function headersWith(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}`, accept: "application/json" };
}
