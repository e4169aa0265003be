import type { OptionNames } from "../../model/check-option-names.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { withSetupCode } from "../../ports/setup-error.js";
import { missingKey, vendorKey } from "./request/vendor-key.js";

/** Options of every vendor adapter. */
export interface VendorOptions {
  /** Must not be empty. @default the vendor's usual environment variable, read when the first request needs it */
  readonly apiKey?: string | undefined;
  /** Base URL of the vendor's API, http or https; for proxies, regions and tests. */
  readonly baseUrl?: string | undefined;
  /** Replaces the hosts from which outputs may be copied; for proxies and tests. See `Provider.mediaHosts`. */
  readonly mediaHosts?: readonly string[];
  /**
   * Limits of your account at the vendor; `false` for none.
   * @default the limits that the vendor publishes, if any: see the adapter
   */
  readonly limits?: ProviderLimits | false | undefined;
  /** @default the global fetch */
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds; for tests. @default the system's time */
  readonly now?: () => number;
}

/**
 * The options of every adapter, for `checkOptionNames`. Adapters that copy no links ignore `mediaHosts`: a fake vendor gives
 * the same options to each adapter.
 */
export const vendorOptionNames: OptionNames<VendorOptions> = {
  apiKey: true,
  baseUrl: true,
  mediaHosts: true,
  limits: true,
  fetch: true,
  now: true,
};

/** Options with their defaults. */
export interface ResolvedVendorOptions extends VendorOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly now: () => number;
  /** As in `Provider`: the missing API key. */
  readonly setupProblem: () => string | null;
}

/** A vendor, for the defaults of its options and for errors. */
export interface VendorDefaults {
  readonly vendor: string;
  /** The usual environment variable of the key; `null` if there is none. */
  readonly variable: string | null;
  /** The vendor's own base URL, used if the options have none. */
  readonly baseUrl: string;
}

/**
 * Checks the options and applies the defaults.
 *
 * @throws {TypeError} for an invalid `baseUrl` and for an empty `apiKey`.
 */
export function resolveVendorOptions<Options extends VendorOptions>(
  options: Options,
  { baseUrl, variable, vendor }: VendorDefaults,
) {
  checkGiven(options.apiKey, { name: "apiKey", variable, vendor });
  return {
    ...options,
    baseUrl: toBaseUrl(options.baseUrl ?? baseUrl),
    now: options.now ?? Date.now,
    setupProblem: (): string | null =>
      variable === null || vendorKey(options.apiKey, variable) !== null
        ? null
        : missingKey(vendor, variable).failure.message,
  };
}

/**
 * Checks an optional value that usually comes from an environment variable.
 *
 * @throws {TypeError} for an empty value: the variable is probably unset, and the first paid request would fail.
 */
export function checkGiven(
  given: string | undefined,
  { name, variable, vendor }: Omit<VendorDefaults, "baseUrl"> & { readonly name: string },
): void {
  if (given === undefined || given.trim() !== "") return;
  const remedy = variable === null ? "pass a value, or leave it out" : `set ${variable}, or pass a value`;
  throw withSetupCode("option_invalid", new TypeError(`${name} of ${vendor} is empty: ${remedy}.`));
}

function toBaseUrl(text: string): string {
  const base = text.replace(/\/+$/, "");
  // A path cannot be appended to a URL with a query or a fragment. Credentials do not belong in a URL.
  if (URL.canParse(base) && /^https?:\/\/[^?#@]+$/.test(base)) return base;
  throw withSetupCode(
    "option_invalid",
    new TypeError("baseUrl must be an http or https URL without credentials, query or fragment"),
  );
}
