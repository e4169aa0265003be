import type { SafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { bindHook } from "./bind-hook.js";
import type { SafelightSuspenseHooks } from "./safelight-suspense-hooks.js";
import {
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
  const bind = <Hook>(hook: Parameters<typeof bindHook>[0]): Hook => bindHook(hook, () => client);
  return {
    useSuspenseActiveGeneration: bind(useSuspenseActiveGenerationOf),
    useSuspenseGeneration: bind(useSuspenseGenerationOf),
    useSuspenseGenerationHistory: bind(useSuspenseGenerationHistoryOf),
    useSuspenseCredits: bind(useSuspenseCreditsOf),
  };
}
