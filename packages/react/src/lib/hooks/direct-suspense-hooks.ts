import { useProvidedClient } from "../connection/client-provider.js";
import type { HistoryFilter } from "../query/safelight-keys.js";
import type { RegisteredSuspenseHooks } from "./register.js";
import {
  type UseSuspenseActiveGenerationOptions,
  useSuspenseActiveGenerationOf,
  useSuspenseCreditsOf,
  useSuspenseGenerationHistoryOf,
  useSuspenseGenerationOf,
} from "./use-suspense.js";

// The casts narrow types only: the hooks behave the same for every registered app.

/**
 * Active generations of all tabs and devices, and finished ones that the owner has not seen. Suspends until the data is
 * loaded.
 */
export const useSuspenseActiveGeneration = ((options?: UseSuspenseActiveGenerationOptions) =>
  useSuspenseActiveGenerationOf(
    useProvidedClient(),
    options,
  )) as unknown as RegisteredSuspenseHooks["useSuspenseActiveGeneration"];

/** One generation, kept up to date. Suspends until it is loaded. */
export const useSuspenseGeneration = ((id: string) =>
  useSuspenseGenerationOf(useProvidedClient(), id)) as unknown as RegisteredSuspenseHooks["useSuspenseGeneration"];

/** The history, newest first, kept up to date. Suspends until the first page is loaded. */
export const useSuspenseGenerationHistory = ((filter?: HistoryFilter) =>
  useSuspenseGenerationHistoryOf(
    useProvidedClient(),
    filter,
  )) as unknown as RegisteredSuspenseHooks["useSuspenseGenerationHistory"];

/** The balance and its ledger entries, kept up to date. Suspends until the first page is loaded. */
export const useSuspenseCredits = (() =>
  useSuspenseCreditsOf(useProvidedClient())) as unknown as RegisteredSuspenseHooks["useSuspenseCredits"];
