import type { AnySafelightClient } from "@safelight/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Live } from "./live-interface.js";
import { liveOf } from "./live-of.js";

/** What the hooks that read take. */
export interface LiveOptions {
  /**
   * Whether to ask the server and to keep the connection. Where not, what is cached already is shown.
   * @default true
   */
  readonly enabled?: boolean | undefined;
}

/** The live connection to a client's server, kept for as long as the component is mounted, unless it is not to be. */
export function useLive(client: AnySafelightClient, enabled = true): Live {
  const live = liveOf(useQueryClient(), client);
  useEffect(() => (enabled ? live.mount(client) : undefined), [live, client, enabled]);
  return live;
}
