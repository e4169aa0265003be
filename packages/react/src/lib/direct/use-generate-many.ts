import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredManyHooks } from "../hooks/register.js";
import { useGenerateManyOf } from "../many/use-generate-many.js";

/** Submits several inputs at once, and follows their generations. */
export const useGenerateMany: RegisteredManyHooks["useGenerateMany"] = /* @__PURE__ */ bindHook(
  useGenerateManyOf,
  useProvidedClient,
);
