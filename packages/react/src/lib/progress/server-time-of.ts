import type { Generation } from "@safelight/client/contract";
import { activeDataOf } from "../connection/active-data-of.js";
import type { Live } from "../connection/live-interface.js";

/** The server's clock at the last full response, in epoch milliseconds; without one, when the generation began. */
export function serverTimeOf(live: Live, { startedAt, createdAt }: Generation): number {
  return Date.parse(activeDataOf(live)?.serverTime ?? startedAt ?? createdAt);
}
