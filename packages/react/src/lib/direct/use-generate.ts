import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredHooks } from "../hooks/register.js";
import { useGenerateOf } from "../submit/use-generate.js";

/** Submits generations, and resumes the one that is in progress. */
export const useGenerate: RegisteredHooks["useGenerate"] = /* @__PURE__ */ bindHook(useGenerateOf, useProvidedClient);
