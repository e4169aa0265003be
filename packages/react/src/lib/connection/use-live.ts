import type { AnySafelightClient } from "@safelight/client";
import type { Gallery } from "@safelight/client/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Live } from "./live-interface.js";
import { liveOf, withLive } from "./live-of.js";

/** Options of every hook that reads. */
export interface LiveOptions {
  /**
   * Whether to send requests and keep the connection. If not, the hook shows cached data.
   * @default true
   */
  readonly enabled?: boolean | undefined;
}

/** Options of the hooks that read a gallery. */
export interface GalleryLiveOptions extends LiveOptions {
  /** `"team"`: the gallery of the caller's team, with a connection of its own. @default "own" */
  readonly of?: Gallery | undefined;
}

/** The live connection to a client's server. While `enabled`, the mounted component keeps it open. */
export function useLive(client: AnySafelightClient, enabled = true): Live {
  const live = liveOf(useQueryClient(), client);
  useEffect(() => (enabled ? withLive(live, ({ mount }) => mount(client)) : undefined), [live, client, enabled]);
  return live;
}
