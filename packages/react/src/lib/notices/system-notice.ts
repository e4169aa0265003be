import { onPageVisibility } from "../connection/page-visibility.js";
import { reportHostError } from "./report-host-error.js";

/** Content of a system notification. */
export interface SystemNotice {
  readonly title: string;
  readonly body?: string | undefined;
  /** URL of an image. */
  readonly icon?: string | undefined;
}

/** The page's permission to show notifications. `unsupported` on a server, and without system notifications. */
export type SystemNoticePermission = NotificationPermission | "unsupported";

// React Native has no notifications; neither does a page in Safari on iOS.
const here: Partial<Pick<typeof globalThis, "Notification" | "navigator">> = globalThis;

const listeners = new Set<() => void>();

export function currentPermission(): SystemNoticePermission {
  return here.Notification?.permission ?? "unsupported";
}

/** Subscribes to changes of the permission, until the returned function is called. */
export function onPermissionChange(listener: () => void): () => void {
  listeners.add(listener);
  // Browser settings change it without an event, so check it when the page becomes visible.
  const unsubscribeVisibility = onPageVisibility(listener);
  return () => {
    listeners.delete(listener);
    unsubscribeVisibility();
  };
}

/** Prompts the user, unless they have decided already. Browsers allow it only in an event handler. */
export async function requestPermission(): Promise<SystemNoticePermission> {
  await here.Notification?.requestPermission();
  for (const listener of listeners) listener();
  return currentPermission();
}

/** Whether a service worker controls the page, which may start at any time. */
export function hasServiceWorker(): boolean {
  return !!here.navigator?.serviceWorker?.controller;
}

/**
 * Shows a notification, which replaces an earlier one of the same tag.
 *
 * @returns whether there is a way to show it.
 */
export function showSystemNotice(
  { title, ...notice }: SystemNotice,
  { tag, onClick }: { readonly tag: string; readonly onClick: () => void },
): boolean {
  // Browsers treat `undefined` as omitted; the type does not.
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
    // Chrome on Android allows notifications only from a service worker.
    if (!hasServiceWorker()) return false;
    navigator.serviceWorker.ready
      .then((registration) => registration.showNotification(title, options))
      .catch(reportHostError);
    return true;
  }
}
