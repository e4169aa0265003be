import type { ActiveData } from "../query/active-data.js";
import type { Live } from "./live-interface.js";

/** The cached active generations of a connection. */
export function activeDataOf({ queryClient, active }: Live): ActiveData | undefined {
  return queryClient.getQueryData(active.queryKey);
}
