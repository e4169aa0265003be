import { useProvidedClient } from "../connection/client-provider.js";
import { useGenerateManyOf } from "../many/use-generate-many.js";
import { bindHook } from "./bind-hook.js";
import type { RegisteredManyHooks } from "./register.js";

/** Submits several inputs at once, and follows their generations. */
export const useGenerateMany: RegisteredManyHooks["useGenerateMany"] = /* @__PURE__ */ bindHook(
  useGenerateManyOf,
  useProvidedClient,
);
