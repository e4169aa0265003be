import { reportHostError } from "../connection/report-host-error.js";
import type { SystemNotice } from "./notice-permission.js";

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

/** Whether a service worker controls the page, which may start at any time. */
export function hasServiceWorker(): boolean {
  // React Native has no service workers.
  const { navigator }: Partial<Pick<typeof globalThis, "navigator">> = globalThis;
  return !!navigator?.serviceWorker?.controller;
}
