import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { Provider, SubmitOutcome } from "../../ports/provider.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { checkModelName } from "../kit/check-model-name.js";
import type { BflModel } from "../kit/known-models.js";
import { queryVendor } from "../kit/request/query-vendor.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { missingKey, requireKey, vendorKey, withKeyHint } from "../kit/request/vendor-key.js";
import { type VendorResponse, vendorRequest } from "../kit/request/vendor-request.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { submitOutcomeOf } from "../kit/submit-outcome.js";
import { resolveVendorOptions, type VendorOptions, vendorOptionNames } from "../kit/vendor-options.js";
import { bflFailure } from "./bfl-failure.js";
import { type BflInput, toBflFields } from "./bfl-input.js";
import { isTrustedUrl, pollingUrlOf, toJob } from "./bfl-job.js";
import { bflStatus } from "./bfl-status.js";
import { bflWebhook, webhookSecret } from "./bfl-webhook.js";

const variable = "BFL_API_KEY";
/** @see https://docs.bfl.ai (2026-11) */
const usualMediaHosts = ["*.bfl.ai", "*.blob.core.windows.net"];

/** https://docs.bfl.ai/quick_start/generating_images: 24 active tasks. */
const published: ProviderLimits = { concurrency: 24 };

/**
 * Provider for the FLUX models of Black Forest Labs at the vendor's own API. Jobs are queued and polled; webhooks are
 * supported, cancellation is not. The key defaults to `BFL_API_KEY`. `baseUrl` selects a region, such as
 * `https://api.eu.bfl.ai`. `limits` defaults to 24 jobs in flight.
 *
 * @param model model name in the vendor's paths, such as `"flux-2-pro"`.
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: bfl("flux-2-pro"),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 */
export function bfl(model: BflModel | (string & {}), options: VendorOptions = {}): Provider<BflInput> {
  checkModelName(model, 'bfl("flux-2-pro")');
  checkOptionNames<VendorOptions>(options, { where: "bfl", names: vendorOptionNames });
  const resolved = resolveVendorOptions(options, { vendor: "BFL", variable, baseUrl: "https://api.bfl.ai" });
  const { baseUrl, fetch, mediaHosts = usualMediaHosts, now, setupProblem } = resolved;
  const keyNow = () => requireKey("BFL", { given: options.apiKey, variable });
  return {
    id: "bfl",
    limits: resolveLimits(options.limits, { key: "bfl", published }),
    // BFL rarely reports progress. The server's estimate from the duration of similar jobs is better.
    capabilities: { resumable: true, cancel: false, webhook: true, progress: false, previews: false },
    mediaHosts,
    setupProblem,

    submit: async ({ files, input, signal, token, webhookUrl }) => {
      const key = vendorKey(options.apiKey, variable);
      if (key === null) return missingKey("BFL", variable);
      const fields = await toBflFields(input, files);
      const hook = webhookUrl !== undefined && {
        webhook_url: webhookUrl,
        webhook_secret: await webhookSecret(key, token),
      };
      const headers = { "x-key": key, "content-type": "application/json", accept: "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify({ ...fields, ...hook }), signal };
      const result = await vendorRequest({ url: `${baseUrl}/v1/${model}`, init, fetch });
      const paid = submitOutcomeOf("BFL", { result, failureOf: (response) => bflFailure(response, now()) });
      return "outcome" in paid
        ? withKeyHint(paid.outcome, variable)
        : toAccepted(paid.response, { baseUrl, acceptedAt: now() });
    },

    poll: async (operation, { signal }) => {
      const job = toJob(operation);
      if (job === null) throw new Error("The operation is not one of BFL's.");
      const headers = { "x-key": keyNow(), accept: "application/json" };
      const url = pollingUrlOf(job, baseUrl);
      return bflStatus(await queryVendor("BFL", { url, init: { headers, signal }, fetch }), { job, now: now() });
    },

    verifyWebhook: async (request) => bflWebhook(request, { apiKey: keyNow(), now: now() }),
    requestIdOf: (operation) => toJob(operation)?.id ?? null,
  };
}

function toAccepted(
  response: VendorResponse,
  { baseUrl, acceptedAt }: { readonly baseUrl: string; readonly acceptedAt: number },
): SubmitOutcome {
  const { id, polling_url, cost } = asRecord(jsonOf(response));
  if (typeof id !== "string" || id === "") return { type: "unknown", reason: "BFL's response has no job id." };
  // The job is paid. If its URL may not receive the key, the configured base URL may still find the job.
  const pollingUrl = isTrustedUrl(polling_url, baseUrl) ? polling_url : null;
  return {
    type: "accepted",
    operation: { id, pollingUrl, acceptedAt },
    // One credit is one US cent.
    ...(typeof cost === "number" && { costs: [{ amount: cost, unit: "bfl-credits" }] }),
  };
}
