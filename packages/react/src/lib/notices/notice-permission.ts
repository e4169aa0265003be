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
const here: Partial<Pick<typeof globalThis, "Notification">> = globalThis;

export function currentPermission(): SystemNoticePermission {
  return here.Notification?.permission ?? "unsupported";
}

/** Prompts the user, unless they have decided already. Browsers allow it only in an event handler. */
export async function promptForPermission(): Promise<void> {
  await here.Notification?.requestPermission();
}
