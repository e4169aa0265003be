import type { AnySafelightClient } from "@safelight/client";
import type { Generation, TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from "react";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { type NoticePresenter, noticesOf } from "./notices.js";
import {
  currentPermission,
  hasServiceWorker,
  onPermissionChange,
  requestPermission,
  type SystemNotice,
  type SystemNoticePermission,
  showSystemNotice,
} from "./system-notice.js";

/** Options of `useSystemNotices`. `enabled: false` shows no notifications and opens no connection. */
export interface UseSystemNoticesOptions<G extends Generation = Generation> extends LiveOptions {
  /**
   * Content of the notification for a completed, failed or canceled generation. With `null` nothing is shown, and the
   * generation counts as presented.
   */
  readonly notice: (generation: Extract<G, TerminalGeneration>) => SystemNotice | null;
  /**
   * Called when the notification is clicked, after the page has been focused. Not called for a notification of a service
   * worker (Chrome on Android allows no other): handle `notificationclick` there. Its `tag` is the id of the generation.
   */
  readonly onClick?: ((generation: Extract<G, TerminalGeneration>) => void) | undefined;
}

/** Result of `useSystemNotices`. */
export interface UseSystemNoticesResult {
  /** The page's permission to show notifications. `unsupported` on a server, and without system notifications. */
  readonly permission: SystemNoticePermission;
  /** Prompts the user, unless they have decided already. Browsers allow it only in an event handler. */
  readonly request: () => Promise<SystemNoticePermission>;
}

export function useSystemNoticesOf(
  client: AnySafelightClient,
  { enabled = true, ...options }: UseSystemNoticesOptions,
): UseSystemNoticesResult {
  const live = useLive(client, enabled);
  const [system] = useState(() => createSystemPresenter(options));
  useInsertionEffect(() => {
    system.options = options;
  });
  useEffect(() => (enabled ? noticesOf(live).add(system.presenter) : undefined), [live, system, enabled]);
  const permission = useSyncExternalStore(onPermissionChange, currentPermission, () => "unsupported" as const);
  return { permission, request: requestPermission };
}

function createSystemPresenter(options: UseSystemNoticesOptions) {
  // Without a service worker, the page then leaves notices to other presenters.
  let lastAttemptFailed = false;
  const onNotice = (generation: TerminalGeneration) => {
    const notice = system.options.notice(generation);
    const onClick = () => system.options.onClick?.(generation);
    if (notice !== null) lastAttemptFailed = !showSystemNotice(notice, { tag: generation.id, onClick });
  };
  const canShow = () => (!lastAttemptFailed || hasServiceWorker()) && currentPermission() === "granted";
  const presenter: NoticePresenter = { options: { onNotice }, canShow };
  const system = { options, presenter };
  return system;
}
