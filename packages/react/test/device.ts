import { randomUUID } from "node:crypto";
import * as threads from "node:worker_threads";
import { vi } from "vitest";
import { openTab } from "./notice-tab.js";
import { pass } from "./pass.js";
import type { TestServer } from "./test-server.js";

const { locks }: Partial<typeof threads> = threads;

/** Whether this Node version has the Web Locks API. */
export const hasLocks = locks !== undefined;

/** Latency of a response, in milliseconds. */
const latencyMs = 100;

/** A tab that presents notices. */
export interface DeviceTab {
  /** Whether a claimed notice is in flight to the tab. */
  readonly hasNoticeInFlight: boolean;
  /**
   * Reloads the tab as a browser does: responses in flight are lost and requests stop. The new page has a new client and
   * query client.
   */
  reload(): Promise<void>;
}

/** A device, whose tabs share locks and channels with each other only. */
export interface Device {
  openTab(): Promise<DeviceTab>;
}

/** Opens a device. Its tabs add the notices they present to `presented`. */
export function openDevice(server: TestServer, presented: string[]): Device {
  const name = randomUUID();
  const load = async () => {
    const never = new Promise<never>(() => {});
    let isGone = false;
    let inFlight = 0;
    const fetch: TestServer["fetch"] = async (request) => {
      if (isGone) return never;
      const response = await server.fetch(request);
      const isClaim = request.url.endsWith("/notices/claim");
      const count: number = isClaim ? (await response.clone().json()).generations.length : 0;
      inFlight += count;
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      inFlight -= count;
      return isGone ? never : response;
    };
    const tab = await amongTabsOf(name, () => openTab({ ...server, fetch }, presented));
    const leave = (): void => {
      isGone = true;
      tab.unmount();
    };
    return { leave, hasNoticeInFlight: () => inFlight > 0 };
  };
  return {
    openTab: async () => {
      let page = await load();
      return {
        get hasNoticeInFlight() {
          return page.hasNoticeInFlight();
        },
        reload: async () => {
          page.leave();
          page = await load();
        },
      };
    },
  };
}

/**
 * Opens a page with the locks and channels of one device. If this Node has no locks, the page is alone. The client uses them
 * after its first response. Requires fake timers.
 */
async function amongTabsOf<Page>(device: string, open: () => Page): Promise<Page> {
  const nameOf = (name: string) => `${device} ${name}`;
  const own = locks && {
    request: (name: string, options: LockOptions, hold: () => Promise<void>) =>
      locks.request(nameOf(name), options, hold),
  };
  vi.stubGlobal("navigator", { locks: own });
  vi.stubGlobal(
    "BroadcastChannel",
    class extends BroadcastChannel {
      constructor(name: string) {
        super(nameOf(name));
      }
    },
  );
  try {
    const page = open();
    await pass(2 * latencyMs);
    return page;
  } finally {
    vi.unstubAllGlobals();
  }
}
