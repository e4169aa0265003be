import type { ActiveResponse } from "@safelight/client/contract";

/**
 * Cached data of `safelightKeys.active()`: the response of `GET /active`, kept up to date by the event stream.
 * `sequence`, `serverTime` and `pollAfterMs` stay those of the last full response.
 */
export interface ActiveData extends ActiveResponse {
  /**
   * The server's clock minus this device's, in milliseconds. Add it to `Date.now()` to compare with the times of a
   * generation. It is too small by the time the response took to arrive, also within a page. `null` on a server.
   */
  readonly serverOffsetMs: number | null;
}

/**
 * Converts a response to cached data. `receivedAt` is the device's clock, or `null` if the response was not received
 * here.
 */
export function toActiveData(response: ActiveResponse, receivedAt: number | null): ActiveData {
  return { ...response, serverOffsetMs: receivedAt === null ? null : Date.parse(response.serverTime) - receivedAt };
}
