import type { AnySafelightClient } from "@safelight/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Live, liveOf } from "./live.js";

/** The live connection to a client's server, kept for as long as the component is mounted. */
export function useLive(client: AnySafelightClient): Live {
  const live = liveOf(useQueryClient(), client);
  useEffect(() => live.mount(), [live]);
  return live;
}
