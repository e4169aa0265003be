import { expect, it, onTestFinished } from "vitest";
import { type FakeClock, fakeClock } from "../../../testing/fakes/fake-clock.js";
import { createGate } from "../../../testing/fakes/gate.js";
import { parseHintMessage } from "./hint-message.js";
import type { HintTransport, TransportEvents } from "./hint-transport.js";
import { createNetworkedEventBus } from "./networked-event-bus.js";

/** A bus on a transport that records each message with hints, and the time since the first hint. */
async function openBus(publish: (clock: FakeClock) => Promise<void> = async () => {}) {
  const clock = fakeClock();
  const messages: { readonly atMs: number; readonly isWake: boolean; readonly count: number | null }[] = [];
  let events: TransportEvents | null = null;
  let beganAt = 0;
  const transport: HintTransport = {
    subscribe: (each) => {
      events = each;
    },
    async publish(text) {
      const message = parseHintMessage(text);
      if (message === null) throw new Error("The message is invalid.");
      const { isWake, keys } = message;
      const isHeartbeat = !isWake && keys?.length === 0;
      if (!isHeartbeat) messages.push({ atMs: clock.now() - beganAt, isWake, count: keys?.length ?? null });
      if (!isHeartbeat) await publish(clock);
    },
    reconnect() {},
    close: async () => {},
  };
  const bus = createNetworkedEventBus({ transport, clock, logger: { info: () => {}, warn: () => {} } });
  onTestFinished(() => bus.close());
  bus.onHealth(() => {});
  // The bus has subscribed, and has sent its first heartbeat.
  await expect.poll(() => events).not.toBeNull();
  await clock.advance(1_000);
  beganAt = clock.now();
  return { bus, clock, messages };
}

it("publishes the first hint after a pause at once, together with the wake of the same submit", async () => {
  const { bus, clock, messages } = await openBus();
  bus.hint(["ann", "team"]);
  bus.enqueue({ generationId: "gen_1", dueInMs: 0 });
  await clock.advance(0);
  expect(messages).toEqual([{ atMs: 0, isWake: true, count: 2 }]);
  await clock.advance(1_000);
  bus.hint(["bob"]);
  await clock.advance(0);
  expect(messages.slice(1)).toEqual([{ atMs: 1_000, isWake: false, count: 1 }]);
});

it("gathers the hints of the 20 ms after a message, and publishes them once", async () => {
  const { bus, clock, messages } = await openBus();
  bus.hint(["ann"]);
  await clock.advance(5);
  for (const owner of ["bob", "cyd", "bob"]) {
    bus.hint([owner]);
    await clock.advance(5);
  }
  expect(messages).toEqual([
    { atMs: 0, isWake: false, count: 1 },
    { atMs: 20, isWake: false, count: 2 },
  ]);
});

it("publishes at most 50 messages a second under load", async () => {
  const { bus, clock, messages } = await openBus();
  for (let ms = 0; ms < 1_000; ms += 1) {
    bus.hint([`owner-${ms}`]);
    await clock.advance(1);
  }
  expect(messages.length).toBeLessThanOrEqual(51);
  expect(messages.reduce((sum, { count }) => sum + (count ?? 0), 0)).toBeGreaterThan(970);
});

it("publishes a hint at once after a heartbeat", async () => {
  const { bus, clock, messages } = await openBus();
  await clock.advance(4_000);
  bus.hint(["ann"]);
  await clock.advance(0);
  expect(messages).toEqual([{ atMs: 4_000, isWake: false, count: 1 }]);
});

it("publishes the hints of a failed message with the next heartbeat", async () => {
  let isCut = true;
  const { bus, clock, messages } = await openBus(async () => {
    if (isCut) throw new Error("The connection is cut.");
  });
  bus.hint(["ann"]);
  await clock.advance(10);
  isCut = false;
  bus.hint(["bob"]);
  await clock.advance(1_000);
  expect(messages.length).toBe(1);
  await clock.advance(4_000);
  expect(messages[1]).toMatchObject({ count: 2 });
});

it("is healthy at once if its subscription opens during a heartbeat that it does not receive", async () => {
  const beforeOpen = createGate();
  const clock = fakeClock();
  const opened: TransportEvents[] = [];
  const sent: string[] = [];
  const transport: HintTransport = {
    subscribe: (events) => {
      opened.push(events);
    },
    async publish(text) {
      sent.push(text);
      if (sent.length === 1) await beforeOpen.opened;
      else opened[0]?.onMessage(text);
    },
    reconnect() {},
    close: async () => {},
  };
  const bus = createNetworkedEventBus({ transport, clock });
  onTestFinished(() => bus.close());
  const health: boolean[] = [];
  bus.onHealth((isHealthy) => health.push(isHealthy));
  opened[0]?.onOpen();
  beforeOpen.open();
  await clock.advance(0);
  expect(health).toEqual([false, true]);
});
