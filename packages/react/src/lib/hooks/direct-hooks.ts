import { ClientProvider, useProvidedClient } from "../connection/client-provider.js";
import { useGenerationNoticesOf } from "../notices/use-generation-notices.js";
import { useSystemNoticesOf } from "../notices/use-system-notices.js";
import { useTitleBadgeOf } from "../notices/use-title-badge.js";
import { useProgressOf } from "../progress/use-progress.js";
import { useGenerateOf } from "../submit/use-generate.js";
import { bindHook, typedByApp } from "./bind-hook.js";
import type { RegisteredHooks } from "./register.js";
import { useActiveGenerationOf } from "./use-active-generation.js";
import { useCreditsOf } from "./use-credits.js";
import { useGenerationOf } from "./use-generation.js";
import { useGenerationHistoryOf } from "./use-generation-history.js";

/**
 * Provides the client to the hooks that are imported from this package. They also need TanStack Query's
 * `QueryClientProvider`.
 */
export const SafelightProvider: RegisteredHooks["SafelightProvider"] = /* @__PURE__ */ typedByApp(ClientProvider);

/** Submits generations, and resumes the one that is in progress. */
export const useGenerate: RegisteredHooks["useGenerate"] = /* @__PURE__ */ bindHook(useGenerateOf, useProvidedClient);

/** Active generations of all tabs and devices, and finished ones that the owner has not seen. */
export const useActiveGeneration: RegisteredHooks["useActiveGeneration"] = /* @__PURE__ */ bindHook(
  useActiveGenerationOf,
  useProvidedClient,
);

/** One generation, kept up to date. */
export const useGeneration: RegisteredHooks["useGeneration"] = /* @__PURE__ */ bindHook(
  useGenerationOf,
  useProvidedClient,
);

/** The history, newest first, kept up to date. */
export const useGenerationHistory: RegisteredHooks["useGenerationHistory"] = /* @__PURE__ */ bindHook(
  useGenerationHistoryOf,
  useProvidedClient,
);

/** The balance and its ledger entries, kept up to date. */
export const useCredits: RegisteredHooks["useCredits"] = /* @__PURE__ */ bindHook(useCreditsOf, useProvidedClient);

/** Notifies the owner once of each finished generation, across all tabs and devices. */
export const useGenerationNotices: RegisteredHooks["useGenerationNotices"] = /* @__PURE__ */ bindHook(
  useGenerationNoticesOf,
  useProvidedClient,
);

/** Shows a system notification for each finished generation while the page is hidden. */
export const useSystemNotices: RegisteredHooks["useSystemNotices"] = /* @__PURE__ */ bindHook(
  useSystemNoticesOf,
  useProvidedClient,
);

/** Shows in the page's title how many finished generations are unseen, or that one is in progress. */
export const useTitleBadge: RegisteredHooks["useTitleBadge"] = /* @__PURE__ */ bindHook(
  useTitleBadgeOf,
  useProvidedClient,
);

/** Progress of a generation, interpolated between the server's updates. */
export const useProgress: RegisteredHooks["useProgress"] = /* @__PURE__ */ bindHook(useProgressOf, useProvidedClient);
