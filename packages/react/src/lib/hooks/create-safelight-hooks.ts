import type { SafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { createElement } from "react";
import { ClientProvider, type ClientProviderProps } from "../connection/client-provider.js";
import { useProgressOf } from "../progress/use-progress.js";
import { bindKeys } from "../query/safelight-keys.js";
import { useGenerateOf } from "../submit/use-generate.js";
import { bindHook } from "./bind-hook.js";
import type { BoundSafelightHooks } from "./safelight-hooks.js";
import { useActiveGenerationOf } from "./use-active-generation.js";
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
  const bind = <Hook>(hook: Parameters<typeof bindHook>[0]): Hook => bindHook(hook, () => client);
  return {
    // biome-ignore lint/correctness/noComponentHookFactories: called once per client, at module level
    SafelightProvider: ({ children }: Pick<ClientProviderProps, "children">) =>
      createElement(ClientProvider, { client, children }),
    useGenerate: bind(useGenerateOf),
    useActiveGeneration: bind(useActiveGenerationOf),
    useGeneration: bind(useGenerationOf),
    useGenerationHistory: bind(useGenerationHistoryOf),
    useCredits: bind(useCreditsOf),
    useProgress: bind(useProgressOf),
    keys: bindKeys(client.cacheKey),
  };
}
