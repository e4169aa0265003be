import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredHooks } from "../hooks/register.js";
import { useActiveGenerationOf } from "../hooks/use-active-generation.js";

/** Active generations of all tabs and devices, and finished ones that the owner has not seen. */
export const useActiveGeneration: RegisteredHooks["useActiveGeneration"] = /* @__PURE__ */ bindHook(
  useActiveGenerationOf,
  useProvidedClient,
);
