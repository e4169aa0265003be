import type { TerminalGeneration } from "@safelight/client/contract";
import type { Live } from "../connection/live-interface.js";
import { currentPermission, type SystemNotice } from "./notice-permission.js";
import { noticesOf } from "./notices.js";
import { hasServiceWorker, showSystemNotice } from "./show-system-notice.js";

/** One mounted `useSystemNotices`. */
export interface SystemNoticeSource {
  /** From the last committed render. */
  options: {
    readonly notice: (generation: TerminalGeneration) => SystemNotice | null;
    readonly onClick?: ((generation: TerminalGeneration) => void) | undefined;
  };
  /** Without a service worker, the page then leaves notices to other presenters. */
  lastAttemptFailed: boolean;
}

/** Presents notices as system notifications until the returned function is called. */
export function presentBySystem(live: Live, source: SystemNoticeSource): () => void {
  const onNotice = (generation: TerminalGeneration) => {
    const notice = source.options.notice(generation);
    const onClick = () => source.options.onClick?.(generation);
    if (notice !== null) source.lastAttemptFailed = !showSystemNotice(notice, { tag: generation.id, onClick });
  };
  const canShow = () => (!source.lastAttemptFailed || hasServiceWorker()) && currentPermission() === "granted";
  return noticesOf(live).add({ options: { onNotice }, canShow });
}
