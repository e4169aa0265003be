import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredNoticeHooks } from "../hooks/register.js";
import { useGenerationNoticesOf } from "../notices/use-generation-notices.js";

/** Notifies the owner once of each finished generation, across all tabs and devices. */
export const useGenerationNotices: RegisteredNoticeHooks["useGenerationNotices"] = /* @__PURE__ */ bindHook(
  useGenerationNoticesOf,
  useProvidedClient,
);
