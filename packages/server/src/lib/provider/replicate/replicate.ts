import { uploadMentionsIn } from "../../generation/upload-reference.js";
import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { CancelOutcome, Provider, SubmitOutcome, SubmitRequest } from "../../ports/provider.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { checkMin } from "../kit/check-min.js";
import { checkModelName } from "../kit/check-model-name.js";
import { isNotFound } from "../kit/failures/is-not-found.js";
import { tooLong } from "../kit/failures/too-long.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { resolveReferences } from "../kit/inputs/resolve-references.js";
import { maxEchoBytes, maxResponseBytes, maxTextResponseBytes } from "../kit/request/max-response-bytes.js";
import { queryVendor } from "../kit/request/query-vendor.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { missingKey, requireKey, vendorKey, withKeyHint } from "../kit/request/vendor-key.js";
import { type VendorRequest, vendorRequest } from "../kit/request/vendor-request.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { submitOutcomeOf } from "../kit/submit-outcome.js";
import {
  type ResolvedVendorOptions,
  resolveVendorOptions,
  type VendorOptions,
  vendorOptionNames,
} from "../kit/vendor-options.js";
import { refusalOf } from "./replicate-failure.js";
import type { ReplicateInput } from "./replicate-input.js";
import { isPredictionId, storedOperation } from "./replicate-operation.js";
import { cancelOutcomeOf, statusOf } from "./replicate-prediction.js";
import { createReplicateSecrets, verifyReplicateWebhook } from "./replicate-webhook.js";

/** Options of the adapter. The API key defaults to `REPLICATE_API_TOKEN`, and `limits` to 600 requests a minute. */
export interface ReplicateOptions extends VendorOptions {
  /**
   * Maximum time of a prediction including its queue time, in milliseconds, at least 5,000. Then it fails with
   * `provider_timeout`, and is retried only if it had not started.
   * @default Replicate's own limit of 30 minutes of running
   */
  readonly cancelAfterMs?: number;
  /**
   * Secrets that may sign webhooks, as Replicate shows them (`whsec_…`).
   * @default the account's secret, requested from Replicate with the API key
   */
  readonly webhookSecrets?: readonly string[];
}

/** https://replicate.com/docs/topics/predictions/rate-limits: 600 predictions a minute. */
const published: ProviderLimits = { rate: { requests: 600, perMs: 60_000 } };

/** Hosts of outputs. */
const replicateMediaHosts = ["replicate.delivery", "*.replicate.delivery", "api.replicate.com"];
const defaultBaseUrl = "https://api.replicate.com/v1";
const keyVariable = "REPLICATE_API_TOKEN";
/** A prediction contains its input, including images, and the whole log of its run. In bytes. */
const maxPredictionBytes = 67_108_864;
/**
 * Some models return inline outputs, usually small. Limit of all of them, in bytes, whatever the host's `maxOutputBytes`.
 */
const maxInlineOutputBytes = 16_777_216;
const timeoutMs = 10_000;

/**
 * Provider for a model of Replicate: `"owner/name"` for an official model, `"owner/name:version"` for any other, and
 * `"deployments/owner/name"` for a deployment. Predictions survive a restart of this process. Webhooks are used if the
 * host has a `publicUrl`.
 *
 * @example
 * ```ts
 * const flux = defineModel({
 *   provider: replicate("black-forest-labs/flux-schnell"),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 */
export function replicate(model: string, options: ReplicateOptions = {}): Provider<ReplicateInput> {
  checkModelName(model, 'replicate("black-forest-labs/flux-schnell")');
  checkOptionNames<ReplicateOptions>(options, {
    where: "replicate",
    names: {
      ...vendorOptionNames,
      cancelAfterMs: true,
      webhookSecrets: true,
    },
  });
  checkMin(5_000, { value: options.cancelAfterMs, name: "cancelAfterMs" });
  const resolved = resolveVendorOptions(options, {
    vendor: "Replicate",
    variable: keyVariable,
    baseUrl: defaultBaseUrl,
  });
  const { baseUrl, fetch, now } = resolved;
  const authorization = () => `Bearer ${requireKey("Replicate", { given: options.apiKey, variable: keyVariable })}`;
  const requestTo: ReplicateRequests = (path, { maxBytes = maxPredictionBytes, ...init }) => ({
    url: `${baseUrl}${path}`,
    init: { ...init, headers: { authorization: authorization() } },
    fetch,
    maxBytes,
  });
  const secrets = createReplicateSecrets({
    given: options.webhookSecrets,
    request: (signal = AbortSignal.timeout(timeoutMs)) =>
      requestTo("/webhooks/default/secret", { signal, maxBytes: maxTextResponseBytes }),
    now,
  });

  return {
    id: "replicate",
    limits: resolveLimits(options.limits, { key: "replicate", published }),
    capabilities: { resumable: true, cancel: true, webhook: true, progress: true, previews: false },
    mediaHosts: options.mediaHosts ?? replicateMediaHosts,
    setupProblem: resolved.setupProblem,
    submit: (request) =>
      create(`${baseUrl}${pathOf(model)}`, { version: versionOf(model), request, options: resolved }),
    poll: async (stored, { input, signal }) => {
      const { id, acceptedAt } = storedOperation(stored);
      const files = { baseUrl, authorization: authorization() };
      // Images without a public URL were sent inline, and the prediction repeats them.
      const sent = uploadMentionsIn(input).length;
      const maxBytes = maxResponseBytes(undefined, {
        images: sent,
        textBytes: maxTextResponseBytes + maxInlineOutputBytes,
      });
      const result = await vendorRequest(requestTo(`/predictions/${id}`, { signal, maxBytes }));
      if (result.type === "too_long") return { type: "failed", failure: tooLong(`Replicate's prediction ${id}`) };
      if (result.type !== "responded") throw new Error(`Could not read Replicate's prediction ${id}: ${result.reason}`);
      if (isNotFound(result)) return whenNotFound({ name: `Replicate's prediction ${id}`, acceptedAt, now: now() });
      if (result.status < 200 || result.status >= 300)
        throw new Error(`Replicate responded with ${result.status} for ${id}.`);
      return statusOf(id, { prediction: jsonOf(result), files, now: now() });
    },
    cancel: async (stored, { signal }) => cancelPrediction(storedOperation(stored).id, { requestTo, signal }),
    verifyWebhook: async (webhook) => {
      const facts = await verifyReplicateWebhook(webhook, secrets);
      return facts && { ...facts, operation: { id: facts.requestId, acceptedAt: facts.timestamp } };
    },
    requestIdOf: (stored) => {
      const { id } = asRecord(stored);
      return isPredictionId(id) ? id : null;
    },
  };
}

/** Builds a request with the API key to a path of the API. */
type ReplicateRequests = (path: string, init: RequestInit & { readonly maxBytes?: number }) => VendorRequest;

/** A version is in the request body; other models are in the path. */
function pathOf(model: string): string {
  if (versionOf(model) !== null) return "/predictions";
  return model.startsWith("deployments/") ? `/${model}/predictions` : `/models/${model}/predictions`;
}

function versionOf(model: string): string | null {
  return model.includes(":") || !model.includes("/") ? model : null;
}

async function create(
  url: string,
  {
    version,
    request: { input, files, signal, webhookUrl },
    options: { apiKey, cancelAfterMs, fetch, now },
  }: {
    readonly version: string | null;
    readonly request: SubmitRequest<ReplicateInput>;
    readonly options: ReplicateOptions & ResolvedVendorOptions;
  },
): Promise<SubmitOutcome> {
  const key = vendorKey(apiKey, keyVariable);
  if (key === null) return missingKey("Replicate", keyVariable);
  const body = JSON.stringify({
    ...(version !== null && { version }),
    input: await resolveReferences(input, files),
    ...(webhookUrl !== undefined && { webhook: webhookUrl, webhook_events_filter: ["start", "completed"] }),
  });
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    ...(cancelAfterMs !== undefined && { "cancel-after": `${Math.ceil(cancelAfterMs / 1_000)}s` }),
  };
  const init = { method: "POST", headers, body, signal };
  const result = await vendorRequest({ url, init, fetch, maxBytes: maxEchoBytes(body) });
  const paid = submitOutcomeOf("Replicate", { result, failureOf: (response) => refusalOf(response, now()) });
  if ("outcome" in paid) return withKeyHint(paid.outcome, keyVariable);
  const { id } = asRecord(jsonOf(paid.response));
  if (!isPredictionId(id)) return noPrediction;
  return { type: "accepted", operation: { id, acceptedAt: now() } };
}

const noPrediction: SubmitOutcome = {
  type: "unknown",
  reason: "Replicate's response has no prediction id.",
};

async function cancelPrediction(
  id: string,
  { requestTo, signal }: { readonly requestTo: ReplicateRequests; readonly signal: AbortSignal },
): Promise<CancelOutcome> {
  const response = await queryVendor("Replicate", requestTo(`/predictions/${id}/cancel`, { method: "POST", signal }));
  if (isNotFound(response)) return "too_late";
  if (response.status >= 200 && response.status < 300) return cancelOutcomeOf(id, jsonOf(response));
  // Replicate does not document whether canceling an ended prediction fails or returns it, so its status is read.
  return cancelOutcomeOf(id, jsonOf(await queryVendor("Replicate", requestTo(`/predictions/${id}`, { signal }))));
}
