import type { AnySafelightClient } from "@safelight/client";
import type { Generation, TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from "react";
import { withModule } from "../connection/late-module.js";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import {
  currentPermission,
  promptForPermission,
  type SystemNotice,
  type SystemNoticePermission,
} from "./notice-permission.js";
import { noticesModule } from "./notices-module.js";
import type { SystemNoticeSource } from "./system-presenter.js";

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
  const [source] = useState<SystemNoticeSource>(() => ({ options, lastAttemptFailed: false }));
  useInsertionEffect(() => {
    source.options = options;
  });
  useEffect(
    () =>
      enabled ? withModule(noticesModule, { run: ({ presentBySystem }) => presentBySystem(live, source) }) : undefined,
    [live, source, enabled],
  );
  const permission = useSyncExternalStore(subscribe, currentPermission, () => "unsupported" as const);
  return { permission, request };
}

function subscribe(listener: () => void): () => void {
  return withModule(noticesModule, { run: ({ onPermissionChange }) => onPermissionChange(listener) });
}

async function request(): Promise<SystemNoticePermission> {
  await promptForPermission();
  noticesModule.loaded?.permissionChanges.emit();
  return currentPermission();
}
