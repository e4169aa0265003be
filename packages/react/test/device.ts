import { randomUUID } from "node:crypto";
import * as threads from "node:worker_threads";
import { vi } from "vitest";
import { openTab } from "./teller-tab.js";
import type { TestServer } from "./test-server.js";

const { locks }: Partial<typeof threads> = threads;

/** Whether this Node has what browsers have. */
export const hasLocks = locks !== undefined;

/** How long an answer is on its way to a tab, in milliseconds. */
const answerMs = 100;

/** A tab that tells. */
export interface DeviceTab {
  /** Whether it was given something to tell that is still on its way to it. */
  readonly isGiven: boolean;
  /**
   * Loads it anew, as a browser does: what is on its way to it is lost, and nothing is said any more. The new page has a
   * client and a query client of its own.
   */
  reload(): void;
}

/** A device, whose tabs hear of each other and of no other device's. */
export interface Device {
  openTab(): DeviceTab;
}

/** Opens one: what its tabs told is in `told`. */
export function openDevice(server: TestServer, told: string[]): Device {
  const name = randomUUID();
  const load = () => {
    const never = new Promise<never>(() => {});
    let isGone = false;
    let given = 0;
    const fetch: TestServer["fetch"] = async (request) => {
      if (isGone) return never;
      const response = await server.fetch(request);
      const isClaim = request.url.endsWith("/notices/claim");
      const count: number = isClaim ? (await response.clone().json()).generations.length : 0;
      given += count;
      await new Promise((resolve) => setTimeout(resolve, answerMs));
      given -= count;
      return isGone ? never : response;
    };
    const tab = amongTabsOf(name, () => openTab({ ...server, fetch }, told));
    const leave = (): void => {
      isGone = true;
      tab.unmount();
    };
    return { leave, isGiven: () => given > 0 };
  };
  return {
    openTab: () => {
      let page = load();
      return {
        get isGiven() {
          return page.isGiven();
        },
        reload: () => {
          page.leave();
          page = load();
        },
      };
    },
  };
}

/** Opens a page that finds the locks and channels of one device. Where this Node has no locks, it is alone. */
function amongTabsOf<Page>(device: string, open: () => Page): Page {
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
    return open();
  } finally {
    vi.unstubAllGlobals();
  }
}
