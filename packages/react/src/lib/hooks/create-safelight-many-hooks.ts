import type { SafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { useGenerateManyOf } from "../many/use-generate-many.js";
import { bindHook } from "./bind-hook.js";
import type { SafelightManyHooks } from "./safelight-many-hooks.js";

/**
 * Creates the group hook of one client, typed by the models of its app. It is separate from `createSafelightHooks`, so that
 * pages without groups do not load it.
 *
 * @example
 * ```tsx
 * export const client = createSafelightClient<App>();
 * export const { useGenerateMany } = createSafelightManyHooks(client);
 *
 * function Variants({ prompt }: { prompt: string }) {
 *   const { generateMany, generations } = useGenerateMany({ model: "flux" });
 *   const seeds = [1, 2, 3, 4];
 *   return <button onClick={() => generateMany(seeds.map((seed) => ({ prompt, seed })))}>{generations.length}</button>;
 * }
 * ```
 */
export function createSafelightManyHooks<App extends SafelightApp>(
  client: SafelightClient<App>,
): SafelightManyHooks<App> {
  return { useGenerateMany: bindHook(useGenerateManyOf, () => client) };
}
