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

// The casts narrow types only: the hooks behave the same for every registered app.

/**
 * Provides the client to the hooks that are imported from this package. They also need TanStack Query's
 * `QueryClientProvider`.
 */
export const SafelightProvider = ClientProvider as unknown as RegisteredHooks["SafelightProvider"];

/** Submits generations, and resumes the one that is in progress. */
export const useGenerate = ((options: UseGenerateOptions) =>
  useGenerateOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useGenerate"];

/** Active generations of all tabs and devices, and finished ones that the owner has not seen. */
export const useActiveGeneration = ((options?: UseActiveGenerationOptions) =>
  useActiveGenerationOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useActiveGeneration"];

/** One generation, kept up to date. */
export const useGeneration = ((id: string | null | undefined, options?: LiveOptions) =>
  useGenerationOf(useProvidedClient(), { ...options, id })) as unknown as RegisteredHooks["useGeneration"];

/** The history, newest first, kept up to date. */
export const useGenerationHistory = ((filter?: HistoryFilter, options?: LiveOptions) =>
  useGenerationHistoryOf(useProvidedClient(), {
    ...options,
    filter,
  })) as unknown as RegisteredHooks["useGenerationHistory"];

/** The balance and its ledger entries, kept up to date. */
export const useCredits = ((options?: LiveOptions) =>
  useCreditsOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useCredits"];

/** Notifies the owner once of each finished generation, across all tabs and devices. */
export const useGenerationNotices = ((options: UseGenerationNoticesOptions) =>
  useGenerationNoticesOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useGenerationNotices"];

/** Shows a system notification for each finished generation while the page is hidden. */
export const useSystemNotices = ((options: UseSystemNoticesOptions) =>
  useSystemNoticesOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useSystemNotices"];

/** Shows in the page's title how many finished generations are unseen, or that one is in progress. */
export const useTitleBadge = ((options?: UseTitleBadgeOptions) =>
  useTitleBadgeOf(useProvidedClient(), options)) as unknown as RegisteredHooks["useTitleBadge"];

/** Progress of a generation, interpolated between the server's updates. */
export const useProgress = ((generation: Generation | null | undefined) =>
  useProgressOf(useProvidedClient(), generation)) as unknown as RegisteredHooks["useProgress"];
