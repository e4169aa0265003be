import type { AnySafelightClient } from "@safelight/client";
import type { Generation, TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from "react";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { noticesOf, type Teller } from "./notices.js";
import {
  hasWorker,
  onPermission,
  permissionNow,
  requestPermission,
  type SystemNotice,
  type SystemNoticePermission,
  showSystemNotice,
} from "./system-notice.js";

/** Options of `useSystemNotices`. `enabled: false` shows nothing, and keeps no connection. */
export interface UseSystemNoticesOptions<G extends Generation = Generation> extends LiveOptions {
  /**
   * What the system shows of a generation that has ended: completed, failed or canceled. With `null` it shows nothing,
   * and the generation counts as told.
   */
  readonly notice: (generation: Extract<G, TerminalGeneration>) => SystemNotice | null;
  /** It was clicked, and the page comes to the front. */
  readonly onClick?: ((generation: Extract<G, TerminalGeneration>) => void) | undefined;
}

/** What `useSystemNotices` returns. */
export interface UseSystemNoticesResult {
  /** What the user said to the browser; `unsupported` on a server, and where there are no system notifications. */
  readonly permission: SystemNoticePermission;
  /** Asks the user, unless they have answered already; browsers let that pass in an event handler only. */
  readonly request: () => Promise<SystemNoticePermission>;
}

export function useSystemNoticesOf(
  client: AnySafelightClient,
  { enabled = true, ...options }: UseSystemNoticesOptions,
): UseSystemNoticesResult {
  const live = useLive(client, enabled);
  const [system] = useState(() => createSystemTeller(options));
  useInsertionEffect(() => {
    system.options = options;
  });
  useEffect(() => (enabled ? noticesOf(live).add(system.teller) : undefined), [live, system, enabled]);
  const permission = useSyncExternalStore(onPermission, permissionNow, () => "unsupported" as const);
  return { permission, request: requestPermission };
}

function createSystemTeller(options: UseSystemNoticesOptions) {
  // The page itself may not show any.
  let needsWorker = false;
  const onNotice = (generation: TerminalGeneration) => {
    const notice = system.options.notice(generation);
    const onClick = () => system.options.onClick?.(generation);
    if (notice !== null) needsWorker = !showSystemNotice(notice, { tag: generation.id, onClick });
  };
  const canShow = () => (!needsWorker || hasWorker()) && permissionNow() === "granted";
  const teller: Teller = { options: { onNotice }, canShow };
  const system = { options, teller };
  return system;
}
