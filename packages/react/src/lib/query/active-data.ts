import type { ActiveResponse } from "@safelight/client/contract";

/**
 * What the cache holds under `safelightKeys.active()`: the answer of `GET /active`, kept current by the live loop.
 * `sequence`, `serverTime` and `pollAfterMs` stay those of the last whole answer.
 */
export interface ActiveData extends ActiveResponse {
  /**
   * The server's clock minus this device's, in milliseconds: add it to `Date.now()` to measure against the times of a
   * generation. It is behind by as long as the answer was on its way, be it with the page. `null` on a server.
   */
  readonly serverOffsetMs: number | null;
}

/** An answer as the cache keeps it. `receivedAt` is the device's clock, or `null` where the answer was not heard here. */
export function toActiveData(response: ActiveResponse, receivedAt: number | null): ActiveData {
  return { ...response, serverOffsetMs: receivedAt === null ? null : Date.parse(response.serverTime) - receivedAt };
}
