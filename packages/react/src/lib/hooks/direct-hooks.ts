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
export const SafelightProvider = /* @__PURE__ */ typedByApp<RegisteredHooks["SafelightProvider"]>(ClientProvider);

/** Submits generations, and resumes the one that is in progress. */
export const useGenerate = /* @__PURE__ */ bindHook<RegisteredHooks["useGenerate"]>(useGenerateOf, useProvidedClient);

/** Active generations of all tabs and devices, and finished ones that the owner has not seen. */
export const useActiveGeneration = /* @__PURE__ */ bindHook<RegisteredHooks["useActiveGeneration"]>(
  useActiveGenerationOf,
  useProvidedClient,
);

/** One generation, kept up to date. */
export const useGeneration = /* @__PURE__ */ bindHook<RegisteredHooks["useGeneration"]>(
  useGenerationOf,
  useProvidedClient,
);

/** The history, newest first, kept up to date. */
export const useGenerationHistory = /* @__PURE__ */ bindHook<RegisteredHooks["useGenerationHistory"]>(
  useGenerationHistoryOf,
  useProvidedClient,
);

/** The balance and its ledger entries, kept up to date. */
export const useCredits = /* @__PURE__ */ bindHook<RegisteredHooks["useCredits"]>(useCreditsOf, useProvidedClient);

/** Notifies the owner once of each finished generation, across all tabs and devices. */
export const useGenerationNotices = /* @__PURE__ */ bindHook<RegisteredHooks["useGenerationNotices"]>(
  useGenerationNoticesOf,
  useProvidedClient,
);

/** Shows a system notification for each finished generation while the page is hidden. */
export const useSystemNotices = /* @__PURE__ */ bindHook<RegisteredHooks["useSystemNotices"]>(
  useSystemNoticesOf,
  useProvidedClient,
);

/** Shows in the page's title how many finished generations are unseen, or that one is in progress. */
export const useTitleBadge = /* @__PURE__ */ bindHook<RegisteredHooks["useTitleBadge"]>(
  useTitleBadgeOf,
  useProvidedClient,
);

/** Progress of a generation, interpolated between the server's updates. */
export const useProgress = /* @__PURE__ */ bindHook<RegisteredHooks["useProgress"]>(useProgressOf, useProvidedClient);
