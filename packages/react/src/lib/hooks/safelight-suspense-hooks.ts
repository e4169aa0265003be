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
 * The hooks that suspend until there is an answer, and throw the error that came in its place: what they return is always
 * there. Once it is, a later error is shown in `error`, beside what was there before.
 */
export interface SafelightSuspenseHooks<App extends SafelightApp> {
  /** What is in progress, wherever it was submitted, and what ended unseen. */
  readonly useSuspenseActiveGeneration: <
    const Options extends UseSuspenseActiveGenerationOptions<ModelName<App>> = UseSuspenseActiveGenerationOptions<
      ModelName<App>
    >,
  >(
    options?: Options & NothingElse<Options, UseSuspenseActiveGenerationOptions>,
  ) => UseSuspenseActiveGenerationResult<ListedBy<App, Options>>;
  /** One generation, kept current. */
  readonly useSuspenseGeneration: (id: string) => UseSuspenseGenerationResult<GenerationOf<App>>;
  /** The history, newest first, kept current. */
  readonly useSuspenseGenerationHistory: <const Filter extends TypedHistoryFilter<App> = TypedHistoryFilter<App>>(
    filter?: Filter & NothingElse<Filter, HistoryFilter>,
  ) => UseSuspenseGenerationHistoryResult<ListedBy<App, Filter>>;
  /** The balance and its movements, kept current. */
  readonly useSuspenseCredits: () => UseSuspenseCreditsResult;
}
