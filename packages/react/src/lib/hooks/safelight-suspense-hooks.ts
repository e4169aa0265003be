import type { GenerationOf, ListedBy, ModelName, NothingElse, SafelightApp } from "@safelight/client/contract";
import type { HistoryFilter } from "../query/safelight-keys.js";
import type { TypedHistoryFilter } from "./safelight-hooks.js";
import type {
  UseSuspenseActiveGenerationOptions,
  UseSuspenseActiveGenerationResult,
  UseSuspenseCreditsResult,
  UseSuspenseGenerationHistoryResult,
  UseSuspenseGenerationResult,
} from "./use-suspense.js";

/**
 * Hooks that suspend until data is loaded and throw if the first load fails, so their data is always defined. A later
 * error is in `error`, next to the data that was loaded before.
 */
export interface SafelightSuspenseHooks<App extends SafelightApp> {
  /** Active generations of all tabs and devices, and finished ones that the owner has not seen. */
  readonly useSuspenseActiveGeneration: <
    const Options extends UseSuspenseActiveGenerationOptions<ModelName<App>> = UseSuspenseActiveGenerationOptions<
      ModelName<App>
    >,
  >(
    options?: Options & NothingElse<Options, UseSuspenseActiveGenerationOptions>,
  ) => UseSuspenseActiveGenerationResult<ListedBy<App, Options>>;
  /** One generation, kept up to date. */
  readonly useSuspenseGeneration: (id: string) => UseSuspenseGenerationResult<GenerationOf<App>>;
  /** The history, newest first, kept up to date. */
  readonly useSuspenseGenerationHistory: <const Filter extends TypedHistoryFilter<App> = TypedHistoryFilter<App>>(
    filter?: Filter & NothingElse<Filter, HistoryFilter>,
  ) => UseSuspenseGenerationHistoryResult<ListedBy<App, Filter>>;
  /** The balance and its ledger entries, kept up to date. */
  readonly useSuspenseCredits: () => UseSuspenseCreditsResult;
}
