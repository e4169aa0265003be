/** What every adapter to a vendor can be told. */
export interface VendorOptions {
  /** @default from the vendor's usual environment variable, when the first request needs it */
  readonly apiKey?: string;
  /** Where the vendor's API is, without a slash at the end; for proxies, regions and tests. */
  readonly baseUrl?: string;
  /** Replaces the hosts from which outputs may be copied; for proxies and tests. See `Provider.mediaHosts`. */
  readonly mediaHosts?: readonly string[];
  /** @default the global fetch */
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds; for tests. @default the system's time */
  readonly now?: () => number;
}
