import type { SafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import type { HistoryFilter } from "../query/safelight-keys.js";
import type { SafelightSuspenseHooks } from "./safelight-suspense-hooks.js";
import {
  type UseSuspenseActiveGenerationOptions,
  useSuspenseActiveGenerationOf,
  useSuspenseCreditsOf,
  useSuspenseGenerationHistoryOf,
  useSuspenseGenerationOf,
} from "./use-suspense.js";

/**
 * The suspense hooks of one client, typed by the models of its app. They are apart from those of `createSafelightHooks`,
 * which would otherwise bring them to every page.
 *
 * @example
 * ```tsx
 * export const client = createSafelightClient<App>();
 * export const { useSuspenseGenerationHistory } = createSafelightSuspenseHooks(client);
 *
 * function Gallery() {
 *   const { generations } = useSuspenseGenerationHistory({ status: "completed" });
 *   return <p>{generations.length} pictures</p>;
 * }
 * ```
 */
export function createSafelightSuspenseHooks<App extends SafelightApp>(
  client: SafelightClient<App>,
): SafelightSuspenseHooks<App> {
  const hooks = {
    useSuspenseActiveGeneration: (options?: UseSuspenseActiveGenerationOptions) =>
      useSuspenseActiveGenerationOf(client, options),
    useSuspenseGeneration: (id: string) => useSuspenseGenerationOf(client, id),
    useSuspenseGenerationHistory: (filter?: HistoryFilter) => useSuspenseGenerationHistoryOf(client, filter),
    useSuspenseCredits: () => useSuspenseCreditsOf(client),
  };
  // The models decide which filters may be passed, and nothing of what happens with them.
  return hooks as unknown as SafelightSuspenseHooks<App>;
}
