import type { SafelightClient } from "@safelight/client";
import type {
  Generation,
  GenerationOf,
  ListedBy,
  ModelInput,
  ModelName,
  NothingElse,
  SafelightApp,
} from "@safelight/client/contract";
import type { ReactElement, ReactNode } from "react";
import type { GalleryLiveOptions, LiveOptions } from "../connection/use-live.js";
import type { ProgressView } from "../progress/progress-view.js";
import type { BoundKeys, HistoryFilter } from "../query/safelight-keys.js";
import type { UseGenerateOptions, UseGenerateResult } from "../submit/use-generate-interface.js";
import type { UseActiveGenerationOptions, UseActiveGenerationResult } from "./use-active-generation.js";
import type { UseCreditsResult } from "./use-credits.js";
import type { UseGenerationResult } from "./use-generation.js";
import type { UseGenerationHistoryResult } from "./use-generation-history.js";

/** The hooks, typed by the models of one app. All of them need TanStack Query's `QueryClientProvider` above. */
export interface SafelightHooks<App extends SafelightApp> {
  /** Submits generations, and resumes the one that is in progress. */
  readonly useGenerate: <Model extends ModelName<App>>(
    options: UseGenerateOptions<Model, GenerationOf<App, Model>>,
  ) => UseGenerateResult<ModelInput<App, Model>, GenerationOf<App, Model>>;
  /** Active generations of all tabs and devices, and finished ones that the owner has not seen. */
  readonly useActiveGeneration: <
    const Options extends UseActiveGenerationOptions<ModelName<App>> = UseActiveGenerationOptions<ModelName<App>>,
  >(
    options?: Options & NothingElse<Options, UseActiveGenerationOptions>,
  ) => UseActiveGenerationResult<ListedBy<App, Options>>;
  /** One generation, kept up to date. Without an id, no request is sent. */
  readonly useGeneration: (
    id: string | null | undefined,
    options?: GalleryLiveOptions,
  ) => UseGenerationResult<GenerationOf<App>>;
  /** The history, newest first, kept up to date. */
  readonly useGenerationHistory: <const Filter extends TypedHistoryFilter<App> = TypedHistoryFilter<App>>(
    filter?: Filter & NothingElse<Filter, HistoryFilter>,
    options?: LiveOptions,
  ) => UseGenerationHistoryResult<ListedBy<App, Filter>>;
  /** The balance and its ledger entries, kept up to date. */
  readonly useCredits: (options?: LiveOptions) => UseCreditsResult;
  /** Progress of a generation, interpolated between the server's updates. Sends no request. */
  readonly useProgress: (generation: Generation | null | undefined) => ProgressView;
}

/** Filter of a history. An omitted field matches every generation. */
export interface TypedHistoryFilter<App extends SafelightApp> extends HistoryFilter {
  readonly model?: ModelName<App> | undefined;
}

/** Props of the provider that is imported directly. */
export interface SafelightProviderProps<App extends SafelightApp> {
  readonly client: SafelightClient<App>;
  readonly children?: ReactNode;
}

/** Return value of `createSafelightHooks`. */
export interface BoundSafelightHooks<App extends SafelightApp> extends SafelightHooks<App> {
  /** Provides this client to the hooks that are imported from `@safelight/react`. The bound hooks do not need it. */
  readonly SafelightProvider: (props: { readonly children?: ReactNode }) => ReactElement;
  /** `safelightKeys`, bound to the `cacheKey` of this client. */
  readonly keys: BoundKeys;
}

/** The direct imports of `@safelight/react`, once an app is registered. */
export interface DirectSafelightHooks<App extends SafelightApp> extends SafelightHooks<App> {
  readonly SafelightProvider: (props: SafelightProviderProps<App>) => ReactElement;
}
