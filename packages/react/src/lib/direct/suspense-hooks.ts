import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredSuspenseHooks } from "../hooks/register.js";
import {
  useSuspenseActiveGenerationOf,
  useSuspenseCreditsOf,
  useSuspenseGenerationHistoryOf,
  useSuspenseGenerationOf,
} from "../hooks/use-suspense.js";

/**
 * Active generations of all tabs and devices, and finished ones that the owner has not seen. Suspends until the data is
 * loaded.
 */
export const useSuspenseActiveGeneration: RegisteredSuspenseHooks["useSuspenseActiveGeneration"] =
  /* @__PURE__ */ bindHook(useSuspenseActiveGenerationOf, useProvidedClient);

/** One generation, kept up to date. Suspends until it is loaded. */
export const useSuspenseGeneration: RegisteredSuspenseHooks["useSuspenseGeneration"] = /* @__PURE__ */ bindHook(
  useSuspenseGenerationOf,
  useProvidedClient,
);

/** The history, newest first, kept up to date. Suspends until the first page is loaded. */
export const useSuspenseGenerationHistory: RegisteredSuspenseHooks["useSuspenseGenerationHistory"] =
  /* @__PURE__ */ bindHook(useSuspenseGenerationHistoryOf, useProvidedClient);

/** The balance and its ledger entries, kept up to date. Suspends until the first page is loaded. */
export const useSuspenseCredits: RegisteredSuspenseHooks["useSuspenseCredits"] = /* @__PURE__ */ bindHook(
  useSuspenseCreditsOf,
  useProvidedClient,
);
