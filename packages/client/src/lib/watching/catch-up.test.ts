import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { positionAt, processing } from "../../../test/generations.js";
import { createTransport } from "../requests/transport.js";
import { createCatchUp } from "./catch-up.js";
import { emptyFrame } from "./frame.js";
import type { LeaderMessage } from "./leader-message.js";
import { createMethodChoice } from "./method-choice.js";
import { createReader } from "./reader.js";

const messageAt = (sequence: number): LeaderMessage => ({
  frame: emptyFrame(positionAt(sequence)),
  connection: { state: "live", isCurrent: true },
  balance: null,
  isHidden: false,
});

describe("createCatchUp", () => {
  it("ends a question that was closed, also if the next message opens another gap at once", async () => {
    const environment = new FakeEnvironment();
    const transport = createTransport(
      { baseUrl: "http://safelight.test", fetch: () => new Promise(() => {}) },
      environment,
    );
    let rounds = 0;
    const server = {
      get transport() {
        rounds += 1;
        // A loop without a pause would not let any timeout of the test run.
        if (rounds > 100) throw new Error("The question is repeated without a pause.");
        return transport;
      },
      methods: createMethodChoice(environment, { canStream: true }),
      pollAfterMs: 0,
    };
    const states: string[] = [];
    const reader = createReader(positionAt(7), (event) => states.push(event.type));
    const { signal } = new AbortController();
    const catchUp = createCatchUp({ server, reader, apply: reader.apply, isLeader: () => false, signal });
    const asked = catchUp(messageAt(8));
    await Promise.resolve();
    reader.apply({ ...emptyFrame(positionAt(8)), from: 7, changes: [processing({ sequence: 8 })] });
    await catchUp(messageAt(8));
    await catchUp(messageAt(9));
    await asked;
    // The tab is behind, so it does not take the connection of the leader.
    expect(states).toEqual(["generation"]);
  });
});
