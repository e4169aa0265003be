import type { AnySafelightClient } from "@safelight/client";
import type { Generation, TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useInsertionEffect, useState } from "react";
import { withModule } from "../connection/late-module.js";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import type { NoticePresenter } from "./notice-presenter.js";
import { noticesModule } from "./notices-module.js";

/** Options of `useGenerationNotices`. `enabled: false` presents no notices and opens no connection. */
export interface UseGenerationNoticesOptions<G extends Generation = Generation> extends LiveOptions {
  /**
   * Notifies the owner that a generation is completed, failed or canceled. Runs at least once per generation, across all
   * tabs and devices, and twice only after a crash or a network failure between the notice and its confirmation. An
   * exception goes to `reportError`, and the generation counts as presented.
   */
  readonly onNotice: (generation: Extract<G, TerminalGeneration>) => void;
  /**
   * Whether to run also while the page is hidden, for example to show a system notification. A hidden page waits 4 to 8
   * seconds, so that a visible page goes first.
   * @default false: waits until a page is visible
   */
  readonly whileHidden?: boolean | undefined;
}

export function useGenerationNoticesOf(
  client: AnySafelightClient,
  { enabled = true, ...options }: UseGenerationNoticesOptions,
): void {
  const live = useLive(client, enabled);
  const [presenter] = useState<NoticePresenter>(() => ({ options }));
  useInsertionEffect(() => {
    presenter.options = options;
  });
  useEffect(
    () => (enabled ? withModule(noticesModule, { run: ({ noticesOf }) => noticesOf(live).add(presenter) }) : undefined),
    [live, presenter, enabled],
  );
}
