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

// The registered app decides which filters may be passed, and nothing of what happens with them: hence the casts.

/** What is in progress, wherever it was submitted, and what ended unseen. Suspends until it is known. */
export const useSuspenseActiveGeneration = ((options?: UseSuspenseActiveGenerationOptions) =>
  useSuspenseActiveGenerationOf(
    useProvidedClient(),
    options,
  )) as unknown as RegisteredSuspenseHooks["useSuspenseActiveGeneration"];

/** One generation, kept current. Suspends until it is known. */
export const useSuspenseGeneration = ((id: string) =>
  useSuspenseGenerationOf(useProvidedClient(), id)) as unknown as RegisteredSuspenseHooks["useSuspenseGeneration"];

/** The history, newest first, kept current. Suspends until it is known. */
export const useSuspenseGenerationHistory = ((filter?: HistoryFilter) =>
  useSuspenseGenerationHistoryOf(
    useProvidedClient(),
    filter,
  )) as unknown as RegisteredSuspenseHooks["useSuspenseGenerationHistory"];

/** The balance and its movements, kept current. Suspends until it is known. */
export const useSuspenseCredits = (() =>
  useSuspenseCreditsOf(useProvidedClient())) as unknown as RegisteredSuspenseHooks["useSuspenseCredits"];
