import { checkOptionNames } from "../../model/check-option-names.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";

/**
 * The limits of an adapter.
 *
 * @param given limits of the host; `false` for none, absent for the published ones.
 * @param options.published limits that the vendor publishes for every account; absent if it publishes none.
 * @throws {TypeError} for an unknown name.
 */
export function resolveLimits(
  given: ProviderLimits | false | undefined,
  { key, published }: { readonly key: string; readonly published?: ProviderLimits },
): ProviderLimits | undefined {
  if (given === false) return undefined;
  if (given !== undefined) {
    checkOptionNames<ProviderLimits>(given, { where: "limits", names: { concurrency: true, rate: true, key: true } });
  }
  const limits = given ?? published;
  return limits && { key, ...limits };
}
