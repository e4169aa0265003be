import { checkOptionNames } from "../../model/check-option-names.js";
import type { Provider } from "../../ports/provider.js";
import { checkModelName } from "../kit/check-model-name.js";
import { invalidImage } from "../kit/inputs/read-image.js";
import type { GoogleImageModel } from "../kit/known-models.js";
import { maxResponseBytes } from "../kit/request/max-response-bytes.js";
import { missingKey, withKeyHint } from "../kit/request/vendor-key.js";
import { vendorRequest } from "../kit/request/vendor-request.js";
import { submitOutcomeWithImages } from "../kit/submit-outcome.js";
import { type VendorOptions, vendorOptionNames } from "../kit/vendor-options.js";
import { googleAccount, googleKeyVariable } from "./google-account.js";
import { googleFailure } from "./google-failure.js";
import type { GoogleInput } from "./google-input.js";
import { googleRequest } from "./google-request.js";
import { parseGoogleResponse } from "./google-response.js";

/** Options of the adapter. `mediaHosts` is missing because outputs arrive as bytes. */
export type GoogleOptions = Omit<VendorOptions, "mediaHosts">;

/**
 * Provider for Google's Gemini image models. `submit` blocks until the image is made and cannot be canceled. An image is
 * charged for and lost if the process ends during the request.
 *
 * @param model model id.
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: google("gemini-3.1-flash-image"),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 * @see https://ai.google.dev/gemini-api/docs/image-generation (2026-11)
 */
export function google(model: GoogleImageModel | (string & {}), options: GoogleOptions = {}): Provider<GoogleInput> {
  checkModelName(model, 'google("gemini-3.1-flash-image")');
  checkOptionNames<GoogleOptions>(options, { where: "google", names: vendorOptionNames });
  const { fetch, limits, modelUrl, now, readKey, setupProblem } = googleAccount(options);
  const url = `${modelUrl(model)}:generateContent`;
  return {
    id: "google",
    limits,
    capabilities: { resumable: false, cancel: false, webhook: false, progress: false, previews: false },
    setupProblem,

    async submit({ files, input, maxOutputBytes, signal }) {
      const key = readKey();
      if (key === undefined) return missingKey("Google", googleKeyVariable);
      const body = await googleRequest(input, files);
      if (body === null) return invalidImage("Google");
      const headers = { "x-goog-api-key": key, "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(body), signal };
      const result = await vendorRequest({
        url,
        init,
        fetch,
        maxBytes: maxResponseBytes(maxOutputBytes, { images: maxImages }),
      });
      const paid = submitOutcomeWithImages("Google", {
        result,
        failureOf: (response) => googleFailure(response, now()),
      });
      return "outcome" in paid ? withKeyHint(paid.outcome, googleKeyVariable) : parseGoogleResponse(paid.response);
    },
  };
}

/** A thinking model returns drafts with its image. */
const maxImages = 3;
