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
 * Creates the suspense hooks of one client, typed by the models of its app. They are separate from
 * `createSafelightHooks`, so that pages without Suspense do not load them.
 *
 * @example
 * ```tsx
 * export const client = createSafelightClient<App>();
 * export const { useSuspenseGenerationHistory } = createSafelightSuspenseHooks(client);
 *
 * function Gallery() {
 *   const { generations } = useSuspenseGenerationHistory({ status: "completed" });
 *   return <p>{generations.length} images</p>;
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
  // The models narrow the types only; the hooks behave the same for every app.
  return hooks as unknown as SafelightSuspenseHooks<App>;
}
