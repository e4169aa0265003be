import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredNoticeHooks } from "../hooks/register.js";
import { useTitleBadgeOf } from "../notices/use-title-badge.js";

/** Shows in the page's title how many finished generations are unseen, or that one is in progress. */
export const useTitleBadge: RegisteredNoticeHooks["useTitleBadge"] = /* @__PURE__ */ bindHook(
  useTitleBadgeOf,
  useProvidedClient,
);
