import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredHooks } from "../hooks/register.js";
import { useGenerationOf } from "../hooks/use-generation.js";

/** One generation, kept up to date. */
export const useGeneration: RegisteredHooks["useGeneration"] = /* @__PURE__ */ bindHook(
  useGenerationOf,
  useProvidedClient,
);
