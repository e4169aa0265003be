import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { positionAt, processing } from "../../../test/generations.js";
import { createTransport } from "../requests/transport.js";
import { emptyFrame, type Frame } from "./frame.js";
import { createMethodChoice } from "./method-choice.js";
import type { Peers } from "./peers.js";
import { Reader } from "./reader.js";
import { shareOwner } from "./share-owner.js";

/** Peers of a follower, and a function that posts a message of the leader. */
function followerPeers(): { readonly peers: Peers; readonly post: (frame: Frame) => void } {
  let receive: (message: unknown) => void = () => {};
  const peers: Peers = {
    lock: () => new Promise(() => {}),
    join: (name, listener) => {
      // The other channel is that of all owners.
      if (name.includes("owner-a")) receive = listener;
      return { post: () => {}, close: () => {} };
    },
    onSleep: () => () => {},
  };
  const connection = { state: "live", isCurrent: true };
  return { peers, post: (frame) => receive({ frame, connection, balance: null, isHidden: false }) };
}

describe("shareOwner", () => {
  it("ends a question that was closed, also if the next message opens another gap at once", async () => {
    const environment = new FakeEnvironment();
    const transport = createTransport({
      options: { baseUrl: "http://safelight.test", fetch: () => new Promise(() => {}) },
      environment,
      loadLate: () => import("./live-calls.js"),
    });
    const { peers, post } = followerPeers();
    const events: string[] = [];
    const reader = new Reader(positionAt(7), (event) => events.push(event.type));
    let questions = 0;
    const server = {
      get transport() {
        questions += 1;
        // A loop without a pause would not let any timeout of the test run.
        if (questions > 100) throw new Error("The question is repeated without a pause.");
        return transport;
      },
      methods: createMethodChoice(environment, { canStream: true }),
      pollAfterMs: 0,
    };
    const end = new AbortController();
    const sharing = shareOwner({
      server,
      peers,
      reader,
      position: positionAt(7),
      signal: end.signal,
    });
    post(emptyFrame(positionAt(8)));
    await Promise.resolve();
    post({ ...emptyFrame(positionAt(8)), from: 7, changes: [processing({ sequence: 8 })] });
    post(emptyFrame(positionAt(9)));
    await new Promise((resolve) => setImmediate(resolve));
    // The tab is behind, so it does not take the connection of the leader.
    expect(events).toEqual(["generation"]);
    end.abort();
    await sharing;
  });
});
