import { expect, it } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { ReconnectingSession, type SessionClient } from "./reconnecting-session.js";

it("does not replace a connection that is still being opened", async () => {
  const outcome = await new Promise<string>((resolve, reject) => {
    const client: SessionClient = {
      connect: async () => session.restart(),
      query: async () => {},
      end: async () => {},
      on: () => {},
    };
    const session: ReconnectingSession = new ReconnectingSession({
      open: () => client,
      setUp: async () => {},
      clock: fakeClock(),
      random: () => 0,
      onOpen: () => resolve("open"),
      onFailure: reject,
      onLost: () => resolve("lost"),
    });
    session.start();
  });
  expect(outcome).toBe("open");
});
