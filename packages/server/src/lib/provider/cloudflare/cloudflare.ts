import type { Provider } from "../../ports/provider.js";
import type { CloudflareModel } from "../vendor/living-models.js";
import { longestAnswer } from "../vendor/longest-answer.js";
import { toForm } from "../vendor/multipart-form.js";
import { missingKey, vendorKey } from "../vendor/vendor-key.js";
import type { VendorOptions } from "../vendor/vendor-options.js";
import { vendorRequest } from "../vendor/vendor-request.js";
import { type CloudflareInput, toJsonInput } from "./cloudflare-input.js";
import { readReply } from "./read-reply.js";
import { runByBinding, type WorkersAi, type WorkersAiGateway } from "./run-by-binding.js";

/** Reached over HTTP, from anywhere. */
export interface CloudflareRestOptions extends Omit<VendorOptions, "mediaHosts">, CloudflareModelOptions {
  /** @default from `CLOUDFLARE_ACCOUNT_ID`, when the first request needs it */
  readonly accountId?: string;
  readonly binding?: never;
  readonly gateway?: never;
}

/** Reached from inside a Worker, without a key. */
export interface CloudflareBindingOptions extends CloudflareModelOptions {
  /** The binding: `env.AI`. */
  readonly binding: WorkersAi;
  readonly gateway?: WorkersAiGateway;
}

/** What the adapter cannot know of a model that is new. */
export interface CloudflareModelOptions {
  /**
   * Whether the model takes a form, and no JSON.
   * @default true for the models named `flux-2`
   */
  readonly multipart?: boolean;
}

const variable = "CLOUDFLARE_API_TOKEN";
const accountVariable = "CLOUDFLARE_ACCOUNT_ID";

/**
 * Cloudflare Workers AI, over HTTP or by a Worker's own binding. A request blocks until its picture is there. Over HTTP
 * the token is read from `CLOUDFLARE_API_TOKEN`.
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
  const { multipart = model.includes("/flux-2-") } = options;
  return {
    id: "cloudflare",
    capabilities: { resumable: false, cancel: false, webhook: false, progress: false, partials: false },

    submit: async ({ images, input, maxOutputBytes, signal }) => {
      const toInputs = () => (multipart ? toForm(input, images) : toJsonInput(input, images));
      if (options.binding !== undefined) {
        const { binding, gateway } = options;
        return runByBinding({ binding, gateway, model, inputs: await toInputs(), maxOutputBytes, signal });
      }
      const { baseUrl = "https://api.cloudflare.com/client/v4", fetch } = options;
      const key = vendorKey(options.apiKey, variable);
      if (key === null) return missingKey("Cloudflare", variable);
      const account = vendorKey(options.accountId, accountVariable);
      if (account === null) return missingAccount;
      const inputs = await toInputs();
      const isForm = inputs instanceof FormData;
      // The form's own type, with its boundary, is set by `fetch`.
      const type = isForm ? {} : { "content-type": "application/json" };
      const headers = { authorization: `Bearer ${key}`, ...type };
      const init = { method: "POST", headers, body: isForm ? inputs : JSON.stringify(inputs), signal };
      const url = `${baseUrl}/accounts/${encodeURIComponent(account)}/ai/run/${model}`;
      const reply = await vendorRequest({ url, init, fetch, maxBytes: longestAnswer(maxOutputBytes) });
      return readReply(reply, maxOutputBytes ?? Number.POSITIVE_INFINITY);
    },
  };
}

const missingAccount = {
  type: "rejected",
  failure: {
    code: "unauthenticated",
    message: `Cloudflare has no account: set ${accountVariable}, or give the adapter an accountId.`,
  },
} as const;
