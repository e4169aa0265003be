import type { SafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { useGenerationNoticesOf } from "../notices/use-generation-notices.js";
import { useSystemNoticesOf } from "../notices/use-system-notices.js";
import { useTitleBadgeOf } from "../notices/use-title-badge.js";
import { bindHook } from "./bind-hook.js";
import type { SafelightNoticeHooks } from "./safelight-notice-hooks.js";

/**
 * Creates the notice hooks of one client, typed by the models of its app. They are separate from `createSafelightHooks`, so
 * that pages without notices do not load them.
 *
 * @example
 * ```tsx
 * export const client = createSafelightClient<App>();
 * export const { useGenerationNotices } = createSafelightNoticeHooks(client);
 *
 * function Toasts({ show }: { show: (text: string) => void }) {
 *   useGenerationNotices({ onNotice: ({ status }) => show(status === "completed" ? "Ready" : "Not finished") });
 *   return null;
 * }
 * ```
 */
export function createSafelightNoticeHooks<App extends SafelightApp>(
  client: SafelightClient<App>,
): SafelightNoticeHooks<App> {
  const bind = <Hook>(hook: Parameters<typeof bindHook>[0]): Hook => bindHook(hook, () => client);
  return {
    useGenerationNotices: bind(useGenerationNoticesOf),
    useSystemNotices: bind(useSystemNoticesOf),
    useTitleBadge: bind(useTitleBadgeOf),
  };
}
