import type { Json } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { Provider } from "../../ports/provider.js";
import { checkModelName } from "../kit/check-model-name.js";
import { isNotFound } from "../kit/failures/is-not-found.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { invalidImage } from "../kit/inputs/read-image.js";
import type { GoogleVideoModel } from "../kit/known-models.js";
import { queryVendor } from "../kit/request/query-vendor.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { missingKey, withKeyHint } from "../kit/request/vendor-key.js";
import { vendorRequest } from "../kit/request/vendor-request.js";
import { submitOutcomeOf } from "../kit/submit-outcome.js";
import { type VendorOptions, vendorOptionNames } from "../kit/vendor-options.js";
import { googleAccount, googleKeyVariable } from "./google-account.js";
import { googleFailure } from "./google-failure.js";
import type { GoogleVideoInput } from "./google-video-input.js";
import { googleVideoRequest } from "./google-video-request.js";
import { googleVideoStatus } from "./google-video-status.js";

/** Hosts of the files, and of the storage to which Google redirects. */
const googleMediaHosts = ["*.googleapis.com", "*.googleusercontent.com"];
/** Google keeps a video for two days, in milliseconds. */
const keptForMs = 172_800_000;
/** Allowed names of an operation. The name becomes the path of a request that has the key. */
const operationName = /^models\/[\w.-]+\/operations\/[\w.-]+$/;

/**
 * Provider for Google's Veo models. A job is an operation of Google, which survives a restart of this process. It has no
 * webhook, and cannot be canceled.
 *
 * @param model model id.
 * @example
 * ```ts
 * const clip = defineModel({
 *   kind: "video",
 *   provider: googleVideo("veo-3.1-generate-preview"),
 *   input: z.object({ prompt: z.string().min(1).max(2000), durationSeconds: z.literal([4, 6, 8]).default(4) }),
 *   credits: ({ durationSeconds }) => 10 * durationSeconds,
 * });
 * ```
 * @throws {TypeError} for an invalid model id or an unknown option.
 * @see https://ai.google.dev/gemini-api/docs/video (2026-11)
 */
export function googleVideo(
  model: GoogleVideoModel | (string & {}),
  options: VendorOptions = {},
): Provider<GoogleVideoInput> {
  checkModelName(model, 'googleVideo("veo-3.1-generate-preview")');
  checkOptionNames<VendorOptions>(options, { where: "googleVideo", names: vendorOptionNames });
  const { baseUrl, fetch, limits, modelUrl, now, readKey, setupProblem } = googleAccount(options);
  return {
    id: "google-video",
    limits,
    capabilities: { resumable: true, cancel: false, webhook: false, progress: false, previews: false },
    mediaHosts: options.mediaHosts ?? googleMediaHosts,
    setupProblem,

    async submit({ files, input, signal }) {
      const key = readKey();
      if (key === undefined) return missingKey("Google", googleKeyVariable);
      const body = await googleVideoRequest(input, files);
      if (body === null) return invalidImage("Google");
      const url = `${modelUrl(model)}:predictLongRunning`;
      const headers = { "x-goog-api-key": key, "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(body), signal };
      const result = await vendorRequest({ url, init, fetch });
      const paid = submitOutcomeOf("Google", { result, failureOf: (response) => googleFailure(response, now()) });
      if ("outcome" in paid) return withKeyHint(paid.outcome, googleKeyVariable);
      const { name } = asRecord(jsonOf(paid.response));
      return typeof name === "string" && operationName.test(name)
        ? { type: "accepted", operation: { name, acceptedAt: now() } }
        : { type: "unknown", reason: "Google's response has no operation." };
    },

    async poll(stored, { signal }) {
      const { acceptedAt, name } = storedOperation(stored);
      const key = readKey();
      if (key === undefined) throw new Error(missingKey("Google", googleKeyVariable).failure.message);
      const init = { headers: { "x-goog-api-key": key }, signal };
      const response = await queryVendor("Google", { url: `${baseUrl}/${name}`, init, fetch });
      if (isNotFound(response)) return whenNotFound({ name: "Google's operation", acceptedAt, now: now(), keptForMs });
      const operation = jsonOf(response);
      if (response.status >= 300 || operation === null) {
        throw new Error(`Google responded with ${response.status}, without the status of an operation.`);
      }
      return googleVideoStatus(operation, { baseUrl, key });
    },
  };
}

/** @throws {TypeError} for an operation of another adapter */
function storedOperation(stored: Json): { readonly name: string; readonly acceptedAt: number } {
  const { acceptedAt, name } = asRecord(stored);
  if (typeof name !== "string" || !operationName.test(name)) throw new TypeError("Not an operation of googleVideo.");
  return { name, acceptedAt: Number(acceptedAt) || 0 };
}
