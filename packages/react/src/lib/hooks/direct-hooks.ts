import type { Generation } from "@safelight/client/contract";
import { ClientProvider, useProvidedClient } from "../connection/client-provider.js";
import type { LiveOptions } from "../connection/use-live.js";
import { type UseGenerationNoticesOptions, useGenerationNoticesOf } from "../notices/use-generation-notices.js";
import { type UseSystemNoticesOptions, useSystemNoticesOf } from "../notices/use-system-notices.js";
import { type UseTitleBadgeOptions, useTitleBadgeOf } from "../notices/use-title-badge.js";
import { useProgressOf } from "../progress/use-progress.js";
import type { HistoryFilter } from "../query/safelight-keys.js";
import { useGenerateOf } from "../submit/use-generate.js";
import type { UseGenerateOptions } from "../submit/use-generate-interface.js";
import type { RegisteredHooks } from "./register.js";
import { type UseActiveGenerationOptions, useActiveGenerationOf } from "./use-active-generation.js";
import { useCreditsOf } from "./use-credits.js";
import { useGenerationOf } from "./use-generation.js";
import { useGenerationHistoryOf } from "./use-generation-history.js";

// The registered app decides which inputs may be passed, and nothing of what happens with them: hence the casts.

/** Gives the client to the hooks that are imported from here. They need TanStack Query's `QueryClientProvider`, too. */
export const SafelightProvider = ClientProvider as unknown as RegisteredHooks["SafelightProvider"];

/** Submits generations, and takes up the one that is in progress. */
export const useGenerate = ((options: UseGenerateOptions) =>
  useGenerateOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useGenerate"];

/** What is in progress, wherever it was submitted, and what ended unseen. */
export const useActiveGeneration = ((options?: UseActiveGenerationOptions) =>
  useActiveGenerationOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useActiveGeneration"];

/** One generation, kept current. */
export const useGeneration = ((id: string | null | undefined, options?: LiveOptions) =>
  useGenerationOf(useProvidedClient(), id, options)) as unknown as RegisteredHooks["useGeneration"];

/** The history, newest first, kept current. */
export const useGenerationHistory = ((filter?: HistoryFilter, options?: LiveOptions) =>
  useGenerationHistoryOf(useProvidedClient(), filter, options)) as unknown as RegisteredHooks["useGenerationHistory"];

/** The balance and its movements, kept current. */
export const useCredits = ((options?: LiveOptions) =>
  useCreditsOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useCredits"];

/** Tells the owner once that a generation has ended, over all tabs and devices. */
export const useGenerationNotices = ((options: UseGenerationNoticesOptions) =>
  useGenerationNoticesOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useGenerationNotices"];

/** Tells it by the system, while the page is hidden. */
export const useSystemNotices = ((options: UseSystemNoticesOptions) =>
  useSystemNoticesOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useSystemNotices"];

/** Shows in the page's title how many have ended unseen, and that something is in progress. */
export const useTitleBadge = ((options?: UseTitleBadgeOptions) =>
  useTitleBadgeOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useTitleBadge"];

/** How far a generation is, moving between the updates of the server. */
export const useProgress = ((generation: Generation | null | undefined) =>
  useProgressOf(useProvidedClient(), generation)) as unknown as RegisteredHooks["useProgress"];
