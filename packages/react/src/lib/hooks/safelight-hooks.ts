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
import type { LiveOptions } from "../connection/use-live.js";
import type { UseGenerationNoticesOptions } from "../notices/use-generation-notices.js";
import type { UseSystemNoticesOptions, UseSystemNoticesResult } from "../notices/use-system-notices.js";
import type { UseTitleBadgeOptions } from "../notices/use-title-badge.js";
import type { ProgressView } from "../progress/progress-at.js";
import type { BoundKeys, HistoryFilter } from "../query/safelight-keys.js";
import type { UseGenerateOptions, UseGenerateResult } from "../submit/use-generate-interface.js";
import type { UseActiveGenerationOptions, UseActiveGenerationResult } from "./use-active-generation.js";
import type { UseCreditsResult } from "./use-credits.js";
import type { UseGenerationResult } from "./use-generation.js";
import type { UseGenerationHistoryResult } from "./use-generation-history.js";

/** The hooks, typed by the models of one app. All of them need TanStack Query's `QueryClientProvider` above. */
export interface SafelightHooks<App extends SafelightApp> {
  /** Submits generations, and takes up the one that is in progress. */
  readonly useGenerate: <Model extends ModelName<App>>(
    options: UseGenerateOptions<Model, GenerationOf<App, Model>>,
  ) => UseGenerateResult<ModelInput<App, Model>, GenerationOf<App, Model>>;
  /** What is in progress, wherever it was submitted, and what ended unseen. */
  readonly useActiveGeneration: <
    const Options extends UseActiveGenerationOptions<ModelName<App>> = UseActiveGenerationOptions<ModelName<App>>,
  >(
    options?: Options & NothingElse<Options, UseActiveGenerationOptions>,
  ) => UseActiveGenerationResult<ListedBy<App, Options>>;
  /** One generation, kept current; without an id, none is asked for. */
  readonly useGeneration: (
    id: string | null | undefined,
    options?: LiveOptions,
  ) => UseGenerationResult<GenerationOf<App>>;
  /** The history, newest first, kept current. */
  readonly useGenerationHistory: <const Filter extends TypedHistoryFilter<App> = TypedHistoryFilter<App>>(
    filter?: Filter & NothingElse<Filter, HistoryFilter>,
    options?: LiveOptions,
  ) => UseGenerationHistoryResult<ListedBy<App, Filter>>;
  /** The balance and its movements, kept current. */
  readonly useCredits: (options?: LiveOptions) => UseCreditsResult;
  /** Tells the owner once that a generation has ended, over all tabs and devices. */
  readonly useGenerationNotices: (options: UseGenerationNoticesOptions<GenerationOf<App>>) => void;
  /** Tells it by the system, while the page is hidden. */
  readonly useSystemNotices: (options: UseSystemNoticesOptions<GenerationOf<App>>) => UseSystemNoticesResult;
  /** Shows in the page's title how many have ended unseen, and that something is in progress. */
  readonly useTitleBadge: (options?: UseTitleBadgeOptions<ModelName<App>>) => void;
  /** How far a generation is, moving between the updates of the server; asks for nothing. */
  readonly useProgress: (generation: Generation | null | undefined) => ProgressView;
}

/** Which generations a history lists; what is left out does not narrow it. */
export interface TypedHistoryFilter<App extends SafelightApp> extends HistoryFilter {
  readonly model?: ModelName<App> | undefined;
}

/** Props of the provider that is imported directly. */
export interface SafelightProviderProps<App extends SafelightApp> {
  readonly client: SafelightClient<App>;
  readonly children?: ReactNode;
}

/** What `createSafelightHooks` returns. */
export interface BoundSafelightHooks<App extends SafelightApp> extends SafelightHooks<App> {
  /** Gives its client to the hooks that are imported from `@safelight/react`; the hooks beside it do without. */
  readonly SafelightProvider: (props: { readonly children?: ReactNode }) => ReactElement;
  /** `safelightKeys` of the client, whatever its `baseUrl`, `basePath` and `cacheKey` are. */
  readonly keys: BoundKeys;
}

/** What is imported from `@safelight/react` directly, once its app is registered. */
export interface DirectSafelightHooks<App extends SafelightApp> extends SafelightHooks<App> {
  readonly SafelightProvider: (props: SafelightProviderProps<App>) => ReactElement;
}
