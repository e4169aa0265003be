import type { Generation } from "@safelight/client/contract";
import type { Live } from "../connection/live-interface.js";

/** The server's clock at the last full response, in epoch milliseconds; without one, when the generation began. */
export function serverTimeOf({ queryClient, active }: Live, { startedAt, createdAt }: Generation): number {
  return Date.parse(queryClient.getQueryData(active.queryKey)?.serverTime ?? startedAt ?? createdAt);
}
