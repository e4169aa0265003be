import { checkOptionNames } from "../../model/check-option-names.js";
import type { Provider, SubmitRequest } from "../../ports/provider.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { checkModelName } from "../kit/check-model-name.js";
import { toForm } from "../kit/inputs/multipart-form.js";
import { invalidImage } from "../kit/inputs/read-image.js";
import type { CloudflareModel } from "../kit/known-models.js";
import { maxResponseBytes } from "../kit/request/max-response-bytes.js";
import { missingKey, vendorKey, withKeyHint } from "../kit/request/vendor-key.js";
import { vendorRequest } from "../kit/request/vendor-request.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { checkGiven, resolveVendorOptions, type VendorOptions, vendorOptionNames } from "../kit/vendor-options.js";
import { type CloudflareInput, toJsonInput } from "./cloudflare-input.js";
import { readResult } from "./read-result.js";
import { runByBinding, type WorkersAi, type WorkersAiGateway } from "./run-by-binding.js";

/** Options for requests over HTTP. */
export interface CloudflareRestOptions extends Omit<VendorOptions, "mediaHosts">, CloudflareModelOptions {
  /** @default the variable `CLOUDFLARE_ACCOUNT_ID`, read when the first request needs it */
  readonly accountId?: string | undefined;
  readonly binding?: never;
  readonly gateway?: never;
}

/** Options for requests through the binding of a Worker, without a key. */
export interface CloudflareBindingOptions extends CloudflareModelOptions {
  /** The binding, `env.AI`. */
  readonly binding: WorkersAi;
  readonly gateway?: WorkersAiGateway;
}

/** Options for models that the adapter does not know. */
export interface CloudflareModelOptions {
  /**
   * Whether the model expects a form instead of JSON.
   * @default true for `flux-2` models
   */
  readonly multipart?: boolean;
  /** Limits of your account; `false` for none. @default 720 requests a minute, as Cloudflare publishes */
  readonly limits?: ProviderLimits | false | undefined;
}

/** https://developers.cloudflare.com/workers-ai/platform/limits: 720 images a minute. */
const published: ProviderLimits = { rate: { requests: 720, perMs: 60_000 } };

const usualBaseUrl = "https://api.cloudflare.com/client/v4";
const variable = "CLOUDFLARE_API_TOKEN";
const accountVariable = "CLOUDFLARE_ACCOUNT_ID";

/**
 * Provider for Cloudflare Workers AI, over HTTP or through a Worker's binding. `submit` blocks until the image is made.
 * Over HTTP, the token defaults to `CLOUDFLARE_API_TOKEN`.
 *
 * @param model such as `"@cf/black-forest-labs/flux-1-schnell"`.
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: cloudflare("@cf/black-forest-labs/flux-1-schnell"),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 1,
 * });
 * ```
 */
export function cloudflare(
  model: CloudflareModel | (string & {}),
  options: CloudflareRestOptions | CloudflareBindingOptions = {},
): Provider<CloudflareInput> {
  checkModelName(model, 'cloudflare("@cf/black-forest-labs/flux-1-schnell")');
  checkOptionNames<Partial<Omit<CloudflareRestOptions, "binding" | "gateway"> & CloudflareBindingOptions>>(options, {
    where: "cloudflare",
    names: { ...vendorOptionNames, accountId: true, binding: true, gateway: true, multipart: true },
  });
  const { multipart = model.includes("/flux-2-") } = options;
  const toInputs = ({ files, input }: SubmitRequest<CloudflareInput>) =>
    multipart ? toForm(input, files) : toJsonInput(input, files);
  const limits = resolveLimits(options.limits, { key: "cloudflare", published });
  const capabilities = { resumable: false, cancel: false, webhook: false, progress: false, previews: false };
  if (options.binding !== undefined) {
    const { binding, gateway } = options;
    const submit: Provider<CloudflareInput>["submit"] = async (request) => {
      const inputs = await toInputs(request);
      if (inputs === null) return invalidImage("Cloudflare");
      return runByBinding({ binding, gateway, model, inputs, ...request });
    };
    return { id: "cloudflare", limits, capabilities, submit };
  }
  const { accountId, apiKey, baseUrl, fetch, now, setupProblem } = resolveVendorOptions(options, {
    vendor: "Cloudflare",
    variable,
    baseUrl: usualBaseUrl,
  });
  checkGiven(accountId, { name: "accountId", vendor: "Cloudflare", variable: accountVariable });
  return {
    id: "cloudflare",
    limits,
    capabilities,
    setupProblem,
    submit: async (request) => {
      const { maxOutputBytes, signal } = request;
      const key = vendorKey(apiKey, variable);
      if (key === null) return missingKey("Cloudflare", variable);
      const account = vendorKey(accountId, accountVariable);
      if (account === null) return missingKey("Cloudflare", accountVariable);
      const inputs = await toInputs(request);
      if (inputs === null) return invalidImage("Cloudflare");
      const isForm = inputs instanceof FormData;
      // `fetch` sets the content type of a form, with its boundary.
      const type = isForm ? {} : { "content-type": "application/json" };
      const headers = { authorization: `Bearer ${key}`, ...type };
      const init = { method: "POST", headers, body: isForm ? inputs : JSON.stringify(inputs), signal };
      const url = `${baseUrl}/accounts/${encodeURIComponent(account)}/ai/run/${model}`;
      const result = await vendorRequest({ url, init, fetch, maxBytes: maxResponseBytes(maxOutputBytes) });
      return withKeyHint(await readResult(result, { maxBytes: maxOutputBytes, now: now() }), variable);
    },
  };
}
