import { expect, it } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { ReconnectingSession, type SessionClient } from "./reconnecting-session.js";

it("does not replace a connection that is still being opened", async () => {
  const connected = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<string>();
  const client: SessionClient = {
    connect: () => {
      session.restart();
      return connected.promise;
    },
    query: async () => {},
    end: async () => {},
    on: () => {},
  };
  const session: ReconnectingSession = new ReconnectingSession({
    open: () => client,
    setUp: async () => {},
    clock: fakeClock(),
    random: () => 0,
    onOpen: () => opened.resolve("open"),
    onFailure: opened.reject,
    onLost: () => opened.resolve("lost"),
  });
  session.start();
  connected.resolve();
  expect(await opened.promise).toBe("open");
  await session.close();
});
