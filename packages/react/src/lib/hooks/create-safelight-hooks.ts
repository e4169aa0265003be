import type { SafelightClient } from "@safelight/client";
import type { Generation, SafelightApp } from "@safelight/client/contract";
import { createElement } from "react";
import { ClientProvider, type ClientProviderProps } from "../connection/client-provider.js";
import type { LiveOptions } from "../connection/use-live.js";
import { type UseGenerationNoticesOptions, useGenerationNoticesOf } from "../notices/use-generation-notices.js";
import { type UseSystemNoticesOptions, useSystemNoticesOf } from "../notices/use-system-notices.js";
import { type UseTitleBadgeOptions, useTitleBadgeOf } from "../notices/use-title-badge.js";
import { useProgressOf } from "../progress/use-progress.js";
import { bindKeys, type HistoryFilter } from "../query/safelight-keys.js";
import { useGenerateOf } from "../submit/use-generate.js";
import type { UseGenerateOptions } from "../submit/use-generate-interface.js";
import type { BoundSafelightHooks } from "./safelight-hooks.js";
import { type UseActiveGenerationOptions, useActiveGenerationOf } from "./use-active-generation.js";
import { useCreditsOf } from "./use-credits.js";
import { useGenerationOf } from "./use-generation.js";
import { useGenerationHistoryOf } from "./use-generation-history.js";

/**
 * Creates the hooks of one client, typed by the models of its app. They need TanStack Query's provider and no other.
 *
 * @example
 * ```tsx
 * export const client = createSafelightClient<App>();
 * export const { useGenerate, useActiveGeneration } = createSafelightHooks(client);
 *
 * function Studio() {
 *   const { generate, generation, isActive } = useGenerate({ model: "flux" });
 *   return <button disabled={isActive} onClick={() => generate({ prompt: "a lamp" })}>{generation?.status ?? "Go"}</button>;
 * }
 * ```
 */
export function createSafelightHooks<App extends SafelightApp>(client: SafelightClient<App>): BoundSafelightHooks<App> {
  const hooks = {
    // biome-ignore lint/correctness/noComponentHookFactories: called once per client, at module level
    SafelightProvider: ({ children }: Pick<ClientProviderProps, "children">) =>
      createElement(ClientProvider, { client, children }),
    useGenerate: (options: UseGenerateOptions) => useGenerateOf(client, options),
    useActiveGeneration: (options?: UseActiveGenerationOptions) => useActiveGenerationOf(client, options),
    useGeneration: (id: string | null | undefined, options?: LiveOptions) =>
      useGenerationOf(client, { ...options, id }),
    useGenerationHistory: (filter?: HistoryFilter, options?: LiveOptions) =>
      useGenerationHistoryOf(client, { ...options, filter }),
    useCredits: (options?: LiveOptions) => useCreditsOf(client, options),
    useGenerationNotices: (options: UseGenerationNoticesOptions) => useGenerationNoticesOf(client, options),
    useSystemNotices: (options: UseSystemNoticesOptions) => useSystemNoticesOf(client, options),
    useTitleBadge: (options?: UseTitleBadgeOptions) => useTitleBadgeOf(client, options),
    useProgress: (generation: Generation | null | undefined) => useProgressOf(client, generation),
    keys: bindKeys(client.cacheKey),
  };
  // The models narrow the types only; the hooks behave the same for every app.
  return hooks as unknown as BoundSafelightHooks<App>;
}
