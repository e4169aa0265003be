/**
 * Functions for authors of providers.
 *
 * @module
 */
export { imagePlaceholder } from "./lib/media/image-placeholder.js";
export { checkOptionNames, type OptionNames } from "./lib/model/check-option-names.js";
export type { ProviderLimits } from "./lib/ports/provider-limits.js";
export { resolveLimits } from "./lib/provider/kit/resolve-limits.js";
