import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { CancelOutcome, Provider, SubmitOutcome, SubmitRequest } from "../../ports/provider.js";
import { checkMin } from "../kit/check-min.js";
import { checkModelName } from "../kit/check-model-name.js";
import { resolveReferences } from "../kit/inputs/resolve-references.js";
import { queryVendor } from "../kit/request/query-vendor.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { missingKey, requireKey, vendorKey, withKeyHint } from "../kit/request/vendor-key.js";
import { vendorRequest } from "../kit/request/vendor-request.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { submitOutcomeOf } from "../kit/submit-outcome.js";
import {
  type ResolvedVendorOptions,
  resolveVendorOptions,
  type VendorOptions,
  vendorOptionNames,
} from "../kit/vendor-options.js";
import { refusalOf } from "./fal-failure.js";
import type { FalInput } from "./fal-input.js";
import { createFalKeys } from "./fal-keys.js";
import { expectedOperation, type FalOperation, operationOf, storedOperation } from "./fal-operation.js";
import { type FalRequests, pollFal, wasCanceled } from "./fal-poll.js";
import { verifyFalWebhook } from "./fal-webhook.js";

/** Options of the adapter. The API key defaults to `FAL_KEY`. */
export interface FalOptions extends VendorOptions {
  /** Queue priority of jobs within the account. @default "normal" */
  readonly priority?: "normal" | "low";
  /**
   * Maximum time in the queue, in milliseconds, above 1,000. Then the job fails with `provider_timeout` and is not
   * retried.
   * @default fal's own limit
   */
  readonly startWithinMs?: number;
  /**
   * Retention of outputs at fal, in milliseconds, at least 1,000. Safelight copies them at once, so an hour is plenty.
   * @default the account's setting
   */
  readonly keepOutputsForMs?: number;
  /**
   * Id of your fal account, as in the `X-Fal-Webhook-User-Id` header of its webhooks. Set it if the host has a
   * `publicUrl`. fal signs webhooks for all customers with the same keys. After a lost response, only this id
   * distinguishes your job from a job that another fal customer sends to the same URL.
   * @default any account
   */
  readonly webhookUserId?: string | undefined;
  /** URL of fal's webhook signing keys. @default "https://rest.fal.ai/.well-known/jwks.json" */
  readonly keySetUrl?: string;
}

/** Hosts of outputs. */
const falMediaHosts = ["fal.media", "*.fal.media", "storage.googleapis.com"];
const defaultBaseUrl = "https://queue.fal.run";
const defaultKeySetUrl = "https://rest.fal.ai/.well-known/jwks.json";

/**
 * Provider for a model of fal. Jobs wait in fal's queue and survive a restart of this process. Webhooks are used if the
 * host has a `publicUrl`.
 *
 * @example
 * ```ts
 * const flux = defineModel({
 *   provider: fal("fal-ai/flux/dev"),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 */
export function fal(model: string, options: FalOptions = {}): Provider<FalInput> {
  checkModelName(model, 'fal("fal-ai/flux/dev")');
  checkOptionNames<FalOptions>(options, {
    where: "fal",
    names: {
      ...vendorOptionNames,
      priority: true,
      startWithinMs: true,
      keepOutputsForMs: true,
      webhookUserId: true,
      keySetUrl: true,
    },
  });
  checkMin(1_001, { value: options.startWithinMs, name: "startWithinMs" });
  checkMin(1_000, { value: options.keepOutputsForMs, name: "keepOutputsForMs" });
  const resolved = resolveVendorOptions(options, { vendor: "fal", variable: "FAL_KEY", baseUrl: defaultBaseUrl });
  const { baseUrl, fetch, keySetUrl = defaultKeySetUrl, now, setupProblem } = resolved;
  const queue = { baseUrl, model };
  const keys = createFalKeys({ url: keySetUrl, fetch, now });

  const requestsWith = (signal: AbortSignal): FalRequests => {
    const headers = { authorization: `Key ${requireKey("fal", { given: options.apiKey, variable: "FAL_KEY" })}` };
    return (url, { maxBytes, method = "GET" } = {}) => ({ url, fetch, maxBytes, init: { method, headers, signal } });
  };

  return {
    id: "fal",
    limits: resolveLimits(options.limits, { key: "fal" }),
    capabilities: { resumable: true, cancel: true, webhook: true, progress: true, previews: false },
    mediaHosts: options.mediaHosts ?? falMediaHosts,
    setupProblem,
    submit: (request) => submitTo(queue, { request, options: resolved }),
    poll: async (stored, { input, maxOutputBytes, signal }) => {
      return pollFal(storedOperation(stored, queue), {
        requestTo: requestsWith(signal),
        options: { input, maxOutputBytes, now: now() },
      });
    },
    cancel: async (stored, { signal }) => cancelAt(storedOperation(stored, queue), requestsWith(signal)),
    verifyWebhook: async (webhook) => {
      const facts = await verifyFalWebhook(webhook, { keys, userId: options.webhookUserId });
      return (
        facts && {
          ...facts,
          operation: { ...expectedOperation(facts.requestId, { queue, acceptedAt: facts.timestamp }) },
        }
      );
    },
    requestIdOf: (stored) => {
      const { requestId } = asRecord(stored);
      return typeof requestId === "string" ? requestId : null;
    },
  };
}

async function submitTo(
  queue: { readonly baseUrl: string; readonly model: string },
  {
    request: { input, files, signal, webhookUrl },
    options,
  }: { readonly request: SubmitRequest<FalInput>; readonly options: FalOptions & ResolvedVendorOptions },
): Promise<SubmitOutcome> {
  const key = vendorKey(options.apiKey, "FAL_KEY");
  if (key === null) return missingKey("fal", "FAL_KEY");
  const body = JSON.stringify(await resolveReferences(input, files));
  const query = webhookUrl === undefined ? "" : `?fal_webhook=${encodeURIComponent(webhookUrl)}`;
  const url = `${queue.baseUrl}/${queue.model}${query}`;
  const init = { method: "POST", headers: submitHeaders(key, options), body, signal };
  const result = await vendorRequest({ url, init, fetch: options.fetch });
  const paid = submitOutcomeOf("fal", { result, failureOf: (response) => refusalOf(response, options.now()) });
  if ("outcome" in paid) return withKeyHint(paid.outcome, "FAL_KEY");
  const operation = operationOf(jsonOf(paid.response), { queue, acceptedAt: options.now() });
  return operation === null ? noJob : { type: "accepted", operation: { ...operation } };
}

const noJob: SubmitOutcome = { type: "unknown", reason: "fal's response has no job id." };

function submitHeaders(key: string, { priority, startWithinMs, keepOutputsForMs }: FalOptions) {
  return {
    authorization: `Key ${key}`,
    "content-type": "application/json",
    ...(priority && { "x-fal-queue-priority": priority }),
    ...(startWithinMs !== undefined && { "x-fal-request-timeout": String(startWithinMs / 1_000) }),
    ...(keepOutputsForMs !== undefined && {
      "x-fal-object-lifecycle-preference": JSON.stringify({
        expiration_duration_seconds: Math.ceil(keepOutputsForMs / 1_000),
      }),
    }),
  };
}

async function cancelAt(operation: FalOperation, requestTo: FalRequests): Promise<CancelOutcome> {
  const response = await queryVendor("fal", requestTo(operation.cancelUrl, { method: "PUT" }));
  switch (asRecord(jsonOf(response)).status) {
    case "OK":
      return "canceled";
    case "CANCELLATION_REQUESTED":
      return "requested";
    case "ALREADY_COMPLETED":
      // A job that was canceled earlier is also completed.
      return (await wasCanceled(operation, requestTo)) ? "canceled" : "too_late";
    case "NOT_FOUND":
      return "too_late";
    default:
      throw new Error(
        `fal responded with ${response.status}, without an outcome of canceling job ${operation.requestId}.`,
      );
  }
}
