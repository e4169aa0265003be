import { missingKey, vendorKey } from "../kit/request/vendor-key.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { resolveVendorOptions, type VendorOptions } from "../kit/vendor-options.js";

/** Environment variables of the key. Both names are Google's own. */
const variables = ["GEMINI_API_KEY", "GOOGLE_API_KEY"] as const;

/** The variable that error messages name. */
export const googleKeyVariable = variables[0];

/** The address, the limits and the key of an account, for all of Google's models. The key is read at each use. */
export function googleAccount(options: VendorOptions) {
  const { baseUrl, fetch, now } = resolveVendorOptions(options, {
    vendor: "Google",
    variable: googleKeyVariable,
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
  });
  const readKey = () => variables.map((name) => vendorKey(options.apiKey, name)).find((found) => found !== null);
  return {
    baseUrl,
    fetch,
    now,
    readKey,
    limits: resolveLimits(options.limits, { key: "google" }),
    setupProblem: () => (readKey() === undefined ? missingKey("Google", googleKeyVariable).failure.message : null),
    /** URL of a model, whose id may begin with `models/`. */
    modelUrl: (model: string) => `${baseUrl}/models/${encodeURIComponent(model.replace(/^models\//, ""))}`,
  };
}
