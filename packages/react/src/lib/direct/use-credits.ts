import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredHooks } from "../hooks/register.js";
import { useCreditsOf } from "../hooks/use-credits.js";

/** The balance and its ledger entries, kept up to date. */
export const useCredits: RegisteredHooks["useCredits"] = /* @__PURE__ */ bindHook(useCreditsOf, useProvidedClient);
