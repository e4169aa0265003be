/**
 * Limits of a vendor's account, over all workers of one database. A generation that finds no capacity waits in the queue,
 * where it takes no slot of a worker and no attempt.
 */
export interface ProviderLimits {
  /**
   * Max attempts in flight, from before the paid request until the vendor has finished. From 1 to 100,000.
   * @default no limit
   */
  readonly concurrency?: number;
  /**
   * Max paid requests, evenly spaced: about a tenth of them may start at once. In no period of `perMs` milliseconds (max
   * one day) do more start. A request is sent at most one second after its start is counted.
   * @default no limit
   */
  readonly rate?: { readonly requests: number; readonly perMs: number };
  /**
   * Providers with the same key share the limits, which must be equal. Set it if you use several accounts of one vendor.
   * At most 64 characters.
   * @default the vendor, such as "fal"
   */
  readonly key?: string;
}
