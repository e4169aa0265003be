import { createEmitter } from "../connection/emitter.js";
import { onPageVisibility } from "../connection/page-visibility.js";

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

const permissionChanges = /* @__PURE__ */ createEmitter<void>();

export function currentPermission(): SystemNoticePermission {
  return here.Notification?.permission ?? "unsupported";
}

/** Subscribes to changes of the permission, until the returned function is called. */
export function onPermissionChange(listener: () => void): () => void {
  const unsubscribe = permissionChanges.subscribe(listener);
  // Browser settings change it without an event, so check it when the page becomes visible.
  const unsubscribeVisibility = onPageVisibility(listener);
  return () => {
    unsubscribe();
    unsubscribeVisibility();
  };
}

/** Prompts the user, unless they have decided already. Browsers allow it only in an event handler. */
export async function requestPermission(): Promise<SystemNoticePermission> {
  await here.Notification?.requestPermission();
  permissionChanges.emit();
  return currentPermission();
}

/** Whether a service worker controls the page, which may start at any time. */
export function hasServiceWorker(): boolean {
  return !!here.navigator?.serviceWorker?.controller;
}
