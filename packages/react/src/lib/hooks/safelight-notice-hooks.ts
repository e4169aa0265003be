import type { GenerationOf, ModelName, SafelightApp } from "@safelight/client/contract";
import type { UseGenerationNoticesOptions } from "../notices/use-generation-notices.js";
import type { UseSystemNoticesOptions, UseSystemNoticesResult } from "../notices/use-system-notices.js";
import type { UseTitleBadgeOptions } from "../notices/use-title-badge.js";

/** The notice hooks, typed by the models of one app. */
export interface SafelightNoticeHooks<App extends SafelightApp> {
  /** Notifies the owner once of each finished generation, across all tabs and devices. */
  readonly useGenerationNotices: (options: UseGenerationNoticesOptions<GenerationOf<App>>) => void;
  /** Shows a system notification for each finished generation while the page is hidden. */
  readonly useSystemNotices: (options: UseSystemNoticesOptions<GenerationOf<App>>) => UseSystemNoticesResult;
  /** Shows in the page's title how many finished generations are unseen, or that one is in progress. */
  readonly useTitleBadge: (options?: UseTitleBadgeOptions<ModelName<App>>) => void;
}
