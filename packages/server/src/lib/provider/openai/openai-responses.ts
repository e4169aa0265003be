import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { Provider } from "../../ports/provider.js";
import { checkModelName } from "../kit/check-model-name.js";
import { invalidImage } from "../kit/inputs/read-image.js";
import type { OpenaiImageModel } from "../kit/known-models.js";
import { maxEchoBytes } from "../kit/request/max-response-bytes.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { missingKey, vendorKey, withKeyHint } from "../kit/request/vendor-key.js";
import { vendorRequest } from "../kit/request/vendor-request.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { submitOutcomeOf } from "../kit/submit-outcome.js";
import { resolveVendorOptions, type VendorOptions, vendorOptionNames } from "../kit/vendor-options.js";
import { failureOfResponse } from "./openai-failure.js";
import type { OpenaiResponsesInput } from "./openai-input.js";
import { cancelResponse, pollResponse } from "./poll-response.js";
import { openaiUrl } from "./query-openai.js";
import { isResponseId, responseIdOf, toOperation } from "./response-operation.js";
import { verifyResponseWebhook } from "./response-webhook.js";
import { responsesRequest } from "./responses-request.js";

/** Options of the adapter. */
export interface OpenaiResponsesOptions extends Omit<VendorOptions, "mediaHosts"> {
  /** Text model that passes the prompt to the image model and may rewrite it. Its tokens are charged as well. */
  readonly textModel: string;
  /**
   * Signing secrets of the project's webhook, as OpenAI shows them (`whsec_…`). OpenAI sends all webhooks of a project to
   * one URL; mount `openaiWebhookRelay` there. Without secrets, responses are only polled.
   */
  readonly webhookSecrets?: readonly string[];
}

/**
 * Provider for OpenAI's Responses API in the background. An accepted response survives a restart of this process and can
 * be canceled. One image per request, without previews, made through a text model.
 *
 * @param model id of the image model.
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: openaiResponses("gpt-image-2.6-flare", { textModel: "gpt-5.4-mini" }),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 * @see https://developers.openai.com/api/docs/guides/background (2026-11)
 */
export function openaiResponses(
  model: OpenaiImageModel | (string & {}),
  options: OpenaiResponsesOptions,
): Provider<OpenaiResponsesInput> {
  checkModelName(model, 'openaiResponses("gpt-image-2", { textModel: "gpt-5.5" })');
  checkOptionNames<OpenaiResponsesOptions>(options, {
    where: "openaiResponses",
    names: {
      ...vendorOptionNames,
      textModel: "required",
      webhookSecrets: true,
    },
  });
  const resolved = resolveVendorOptions(options, { vendor: "OpenAI", variable: "OPENAI_API_KEY", baseUrl: openaiUrl });
  const { baseUrl, fetch, now, textModel, webhookSecrets = [] } = resolved;
  const hasWebhook = webhookSecrets.length > 0;
  return {
    id: "openai-responses",
    limits: resolveLimits(options.limits, { key: "openai" }),
    capabilities: { resumable: true, cancel: true, webhook: hasWebhook, progress: false, previews: false },
    setupProblem: resolved.setupProblem,

    async submit(request) {
      const key = vendorKey(options.apiKey, "OPENAI_API_KEY");
      if (key === null) return missingKey("OpenAI", "OPENAI_API_KEY");
      const body = await responsesRequest(request, { image: model, text: textModel });
      if (body === null) return invalidImage("OpenAI");
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const sent = JSON.stringify(body);
      const init = { method: "POST", headers, body: sent, signal: request.signal };
      // The response repeats the request, including a mask.
      const result = await vendorRequest({ url: `${baseUrl}/responses`, init, fetch, maxBytes: maxEchoBytes(sent) });
      const paid = submitOutcomeOf("OpenAI", { result, failureOf: (it) => failureOfResponse(it, now()) });
      if ("outcome" in paid) return withKeyHint(paid.outcome, "OPENAI_API_KEY");
      const { id } = asRecord(jsonOf(paid.response));
      if (!isResponseId(id)) return { type: "unknown", reason: "OpenAI returned no response id." };
      return { type: "accepted", operation: toOperation(id, now()) };
    },

    poll: (operation, context) => pollResponse(resolved, { operation, context }),
    cancel: (operation, { signal }) => cancelResponse(resolved, { operation, signal }),

    ...(hasWebhook && {
      verifyWebhook: (request) => verifyResponseWebhook(request, webhookSecrets),
      requestIdOf: responseIdOf,
    }),
  };
}
