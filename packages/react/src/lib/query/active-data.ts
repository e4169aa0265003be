import type { ActiveResponse } from "@safelight/client/contract";

/**
 * Cached data of `safelightKeys.active()`: the response of `GET /active`, kept up to date by the event stream.
 * `sequence`, `serverTime` and `pollAfterMs` stay those of the last full response.
 */
export interface ActiveData extends ActiveResponse {
  /**
   * The server's clock minus this device's, in milliseconds. Add it to `Date.now()` to compare with the times of a
   * generation. Underestimates by the network latency of the response. `null` on a server.
   */
  readonly serverOffsetMs: number | null;
}

/** `serverOffsetMs` of the last response that the device received, by `ownerTag`. */
export const serverOffsets = new Map<string, number>();

/**
 * Converts a response to cached data, and notes the offset. `receivedAt` is the device's clock, or `null` if the response was not received
 * here.
 */
export function toActiveData(response: ActiveResponse, receivedAt: number | null): ActiveData {
  const serverOffsetMs = receivedAt === null ? null : Date.parse(response.serverTime) - receivedAt;
  if (serverOffsetMs !== null) serverOffsets.set(response.ownerTag, serverOffsetMs);
  return { ...response, serverOffsetMs };
}
