import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type AnyClient, type Live, liveOf } from "./live.js";

/** The live connection to a client's server, kept for as long as the component is mounted. */
export function useLive(client: AnyClient): Live {
  const live = liveOf(useQueryClient(), client);
  useEffect(() => live.mount(), [live]);
  return live;
}
