import { useSyncExternalStore } from "react";
import type { Connection } from "./connection.js";
import type { Live } from "./live-interface.js";

/** How changes reach the page. */
export function useConnection(live: Live): Connection {
  return useSyncExternalStore(
    live.subscribe,
    () => live.state.connection,
    () => "connecting",
  );
}
