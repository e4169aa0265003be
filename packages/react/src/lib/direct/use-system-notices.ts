import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredNoticeHooks } from "../hooks/register.js";
import { useSystemNoticesOf } from "../notices/use-system-notices.js";

/** Shows a system notification for each finished generation while the page is hidden. */
export const useSystemNotices: RegisteredNoticeHooks["useSystemNotices"] = /* @__PURE__ */ bindHook(
  useSystemNoticesOf,
  useProvidedClient,
);
