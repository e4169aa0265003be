import type { AnySafelightClient } from "@safelight/client";
import type { Generation, TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useInsertionEffect, useState } from "react";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { noticesOf, type Teller } from "./notices.js";

/** Options of `useGenerationNotices`. `enabled: false` tells nothing, and keeps no connection. */
export interface UseGenerationNoticesOptions<G extends Generation = Generation> extends LiveOptions {
  /**
   * Tells the owner that a generation has ended: it is completed, failed or canceled. Runs once for each, over all tabs
   * and devices. What it throws goes to `reportError`, and the generation counts as told.
   */
  readonly onNotice: (generation: Extract<G, TerminalGeneration>) => void;
  /**
   * Whether to tell also while the page is hidden, such as by a system notification. It then waits 4 to 8 seconds
   * after it heard of the end, so that a page that somebody looks at goes first.
   * @default false: it is told when a page is looked at
   */
  readonly whileHidden?: boolean | undefined;
}

export function useGenerationNoticesOf(
  client: AnySafelightClient,
  { enabled = true, ...options }: UseGenerationNoticesOptions,
): void {
  const live = useLive(client, enabled);
  const [teller] = useState<Teller>(() => ({ options }));
  useInsertionEffect(() => {
    teller.options = options;
  });
  useEffect(() => (enabled ? noticesOf(live).add(teller) : undefined), [live, teller, enabled]);
}
