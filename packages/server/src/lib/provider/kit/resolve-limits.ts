import { checkOptionNames } from "../../model/check-option-names.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";

/**
 * The limits of an adapter: those of the host, or else the `published` ones, which the vendor names for every account. The key
 * is `key`, unless the host gives another one.
 *
 * @param given limits of the host; `false` for none, absent for the published ones.
 * @returns `undefined` without limits.
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
