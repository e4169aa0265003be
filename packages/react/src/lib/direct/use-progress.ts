import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredHooks } from "../hooks/register.js";
import { useProgressOf } from "../progress/use-progress.js";

/** Progress of a generation, interpolated between the server's updates. */
export const useProgress: RegisteredHooks["useProgress"] = /* @__PURE__ */ bindHook(useProgressOf, useProvidedClient);
