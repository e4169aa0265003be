import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredHooks } from "../hooks/register.js";
import { useGenerationHistoryOf } from "../hooks/use-generation-history.js";

/** The history, newest first, kept up to date. */
export const useGenerationHistory: RegisteredHooks["useGenerationHistory"] = /* @__PURE__ */ bindHook(
  useGenerationHistoryOf,
  useProvidedClient,
);
