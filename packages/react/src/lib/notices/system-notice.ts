import { onPageVisibility } from "../connection/page-visibility.js";
import { reportHostError } from "./report-host-error.js";

/** What the system shows. */
export interface SystemNotice {
  readonly title: string;
  readonly body?: string | undefined;
  /** The URL of a picture. */
  readonly icon?: string | undefined;
}

/** What the user said to the browser; `unsupported` on a server, and where there are no system notifications. */
export type SystemNoticePermission = NotificationPermission | "unsupported";

// React Native has none, nor has a page in Safari on a phone.
const here: Partial<Pick<typeof globalThis, "Notification" | "navigator">> = globalThis;

const listeners = new Set<() => void>();

export function permissionNow(): SystemNoticePermission {
  return here.Notification?.permission ?? "unsupported";
}

/** Calls back when that may have changed, until the returned function is called. */
export function onPermission(listener: () => void): () => void {
  listeners.add(listener);
  // It is changed in settings, too, which nobody tells.
  const ignore = onPageVisibility(listener);
  return () => {
    listeners.delete(listener);
    ignore();
  };
}

/** Asks the user, unless they have answered already. Browsers let that pass in an event handler only. */
export async function requestPermission(): Promise<SystemNoticePermission> {
  await here.Notification?.requestPermission();
  for (const listener of listeners) listener();
  return permissionNow();
}

/** Whether the page has a service worker, which may come at any time. */
export function hasWorker(): boolean {
  return !!here.navigator?.serviceWorker?.controller;
}

/**
 * Shows it, in place of an earlier one of the same tag.
 *
 * @returns whether there is a way to show it.
 */
export function showSystemNotice(
  { title, ...notice }: SystemNotice,
  { tag, onClick }: { readonly tag: string; readonly onClick: () => void },
): boolean {
  // What is undefined counts there as left out.
  const options = { ...notice, tag } as NotificationOptions;
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      window.focus();
      notification.close();
      onClick();
    };
    return true;
  } catch {
    // Chrome on Android shows what comes from a service worker, and nothing else.
    if (!hasWorker()) return false;
    navigator.serviceWorker.ready
      .then((registration) => registration.showNotification(title, options))
      .catch(reportHostError);
    return true;
  }
}
