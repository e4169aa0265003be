import { vi } from "vitest";

interface Shown extends NotificationOptions {
  readonly title: string;
  /** Actions of the user. */
  readonly click: () => void;
  readonly isClosed: boolean;
}

/** Stubs `Notification`, which jsdom lacks, for a user who answers the prompt with `answer`. */
export function systemNotifications(permission: NotificationPermission = "granted") {
  const system = {
    shown: [] as Shown[],
    permission,
    answer: "granted" as NotificationPermission,
    /** As Chrome on Android: pages may not create notifications. */
    isForWorkersOnly: false,
  };
  class FakeNotification {
    onclick: () => void = () => {};
    isClosed = false;
    constructor(title: string, options: NotificationOptions) {
      if (system.isForWorkersOnly) throw new TypeError("Illegal constructor");
      const isClosed = () => this.isClosed;
      const click = () => this.onclick();
      system.shown.push({
        ...options,
        title,
        click,
        get isClosed() {
          return isClosed();
        },
      });
    }
    close() {
      this.isClosed = true;
    }
    static get permission() {
      return system.permission;
    }
    static async requestPermission() {
      if (system.permission === "default") system.permission = system.answer;
      return system.permission;
    }
  }
  vi.stubGlobal("Notification", FakeNotification);
  return system;
}
