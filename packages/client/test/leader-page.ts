import { expect, onTestFinished } from "vitest";
import { emptyFrame, type Frame } from "../src/lib/watching/frame.js";
import type { LeaderMessage } from "../src/lib/watching/share-owner.js";
import { openPage, type TestPage } from "./browser-pages.js";
import type { TestStream } from "./event-stream.js";
import type { EventReader } from "./events.js";
import type { expectedRequests } from "./expected-requests.js";
import { positionAt } from "./generations.js";
import { origin } from "./manual-server.js";

/** A page that follows an owner. */
export interface FollowingPage extends TestPage {
  readonly events: EventReader;
}

/** The leader page, whose stream serves all pages of the browser. */
export interface LeaderPage extends FollowingPage {
  readonly stream: TestStream;
}

/** Opens the page that leads, and is current at sequence 7. */
export async function openLeader({
  streamOpened,
}: Pick<ReturnType<typeof expectedRequests>, "streamOpened">): Promise<LeaderPage> {
  const page = openPage();
  const events = page.follow(7);
  const first = events.event();
  const stream = await streamOpened(7);
  stream.begin(7);
  expect(await first).toEqual({ type: "connection", state: "live", isCurrent: true });
  // Not a copy, which would lack the getters.
  return Object.assign(page, { events, stream });
}

/** Opens another page of the browser, which has the position of the leader. */
export async function openFollower(): Promise<FollowingPage> {
  const page = openPage();
  const events = page.follow(7);
  expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  return Object.assign(page, { events });
}

/** Posts to the pages as a second leader does. */
export function otherLeader() {
  const channel = new BroadcastChannel(`safelight:2:owner-a:${origin}/api/generations`);
  onTestFinished(() => channel.close());
  const received: unknown[] = [];
  channel.onmessage = ({ data }) => received.push(data);
  return {
    /** Messages of the pages, in order. */
    received,
    /** Asks the leader for a heartbeat. */
    askForHeartbeat: () => channel.postMessage("who"),
    post: (frame: Partial<Frame>, state: Partial<Omit<LeaderMessage, "frame">> = {}) => {
      const message: LeaderMessage = {
        frame: { ...emptyFrame(positionAt(7)), ...frame },
        connection: { state: "live", isCurrent: true },
        balance: null,
        isHidden: false,
        ...state,
      };
      channel.postMessage(message);
    },
  };
}
