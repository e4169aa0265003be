/** What every adapter to a vendor can be told. */
export interface VendorOptions {
  /** An empty one is refused. @default from the vendor's usual environment variable, when the first request needs it */
  readonly apiKey?: string | undefined;
  /** Where the vendor's API is, by http or https; for proxies, regions and tests. */
  readonly baseUrl?: string | undefined;
  /** Replaces the hosts from which outputs may be copied; for proxies and tests. See `Provider.mediaHosts`. */
  readonly mediaHosts?: readonly string[];
  /** @default the global fetch */
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds; for tests. @default the system's time */
  readonly now?: () => number;
}

/** What every adapter has, whether it was told or not. */
export interface ResolvedVendorOptions extends VendorOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly now: () => number;
}

/**
 * The options with their defaults, checked.
 *
 * @param baseUrl where the vendor is, unless a host says otherwise.
 * @throws {TypeError} for a `baseUrl` that no path can be added to, and for an empty `apiKey`.
 */
export function resolveVendorOptions<Options extends VendorOptions>(options: Options, baseUrl: string) {
  checkGiven(options.apiKey, "apiKey");
  return { ...options, baseUrl: toBaseUrl(options.baseUrl ?? baseUrl), now: options.now ?? Date.now };
}

/**
 * Checks what else comes from an environment, where it was given.
 *
 * @throws {TypeError} for nothing in it: a host's own variable is not set, and the first user who pays would find that out.
 */
export function checkGiven(given: string | undefined, name: string): void {
  if (given === undefined || given.trim() !== "") return;
  throw new TypeError(`${name} is empty: give a value, or leave it out`);
}

function toBaseUrl(text: string): string {
  const base = text.replace(/\/+$/, "");
  // What has a query, a fragment or credentials is none of it in the address that it leads to.
  if (URL.canParse(base) && /^https?:\/\/[^?#@]+$/.test(base)) return base;
  throw new TypeError("baseUrl must be an address by http or https, without credentials, a query or a fragment");
}
