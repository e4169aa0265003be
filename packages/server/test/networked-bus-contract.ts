import { describe, expect, it, onTestFinished } from "vitest";
import type { NetworkedEventBus } from "../src/lib/event-bus/networked-event-bus.js";
import type { Clock } from "../src/lib/ports/clock.js";
import { fakeClock } from "../testing/fakes/fake-clock.js";

/** Options of a node's bus. */
export interface NodeOptions {
  readonly clock: Clock;
  readonly logger: { info(message: string): void; warn(message: string): void };
}

/** A bus between processes, whose connections the test can cut. */
export interface NetworkedBusSubject {
  open(options: NodeOptions): Promise<NetworkedEventBus> | NetworkedEventBus;
  /** Ends all connections, and refuses new ones. Resolves when the clients have noticed. */
  cut(): Promise<void>;
  /** Accepts connections again. */
  restore(): Promise<void>;
}

/** Resolves when `onHealth` reports this state. */
export async function becomes(bus: NetworkedEventBus, isHealthy: boolean): Promise<void> {
  let stop = (): void => {};
  await new Promise<void>((resolve) => {
    stop = bus.onHealth((now) => (now === isHealthy ? resolve() : undefined));
  });
  stop();
}

/** Registers the tests for connections, wakes and health of a bus between processes. */
export function runNetworkedBusContract(name: string, create: () => Promise<NetworkedBusSubject>): void {
  describe(`${name} between processes`, () => {
    const openNode = (subject: NetworkedBusSubject) => async () => {
      const clock = fakeClock();
      const logs: string[] = [];
      const logger = { info: (line: string) => logs.push(line), warn: (line: string) => logs.push(line) };
      const bus = await subject.open({ clock, logger });
      onTestFinished(() => bus.close());
      /** Advances the node's clock until the promise is settled. Each step waits for real I/O. */
      const passUntil = async (work: Promise<unknown>): Promise<void> => {
        let isSettled = false;
        void work.finally(() => {
          isSettled = true;
        });
        const step = async (): Promise<boolean> => {
          await clock.advance(500);
          return isSettled;
        };
        await expect.poll(step).toBe(true);
      };
      return { bus, clock, logs, passUntil };
    };

    it("wakes the workers of other nodes for due work, and its own once", async () => {
      const open = openNode(await create());
      const [one, other] = [await open(), await open()];
      await one.passUntil(becomes(one.bus, true));
      await other.passUntil(becomes(other.bus, true));
      const own: unknown[] = [];
      one.bus.onWake((...wake) => own.push(wake));
      const woken = new Promise((resolve) => other.bus.onWake(resolve));
      one.bus.enqueue({ generationId: "gen_2", dueInMs: 1 });
      one.bus.enqueue({ generationId: "gen_1", dueInMs: 0 });
      await one.passUntil(woken);
      // The own message has arrived by the time of the answer.
      const answered = new Promise<void>((resolve) => one.bus.onHint("ann", resolve));
      other.bus.hint(["ann"]);
      await other.passUntil(answered);
      expect(own).toEqual([
        ["gen_2", 1],
        ["gen_1", 0],
      ]);
    });

    it("is healthy while it receives its own heartbeats, and logs each change of its health once", async () => {
      const subject = await create();
      const { bus, clock, logs, passUntil } = await openNode(subject)();
      const changes: boolean[] = [];
      bus.onHealth((isHealthy) => changes.push(isHealthy));
      await passUntil(becomes(bus, true));
      await subject.cut();
      await passUntil(becomes(bus, false));
      const { length } = changes;
      await clock.advance(60_000);
      expect(changes).toHaveLength(length);
      await subject.restore();
      await passUntil(becomes(bus, true));
      // On a slow machine, the clock of the test passes heartbeats before they arrive: then the bus is unhealthy more often.
      expect(logs).toEqual(linesOf(changes));
    });

    it("publishes hints again after a cut", async () => {
      const subject = await create();
      const open = openNode(subject);
      const [one, other] = [await open(), await open()];
      await one.passUntil(becomes(one.bus, true));
      await other.passUntil(becomes(other.bus, true));
      await subject.cut();
      await one.passUntil(becomes(one.bus, false));
      await other.passUntil(becomes(other.bus, false));
      await subject.restore();
      await other.passUntil(becomes(other.bus, true));
      await one.passUntil(becomes(one.bus, true));
      const received = new Promise<void>((resolve) => other.bus.onHint("ann", resolve));
      one.bus.hint(["ann"]);
      await one.passUntil(received);
    });

    it("reports lost hints instead of the hints of all owners", async () => {
      const open = openNode(await create());
      const [one, other] = [await open(), await open()];
      await one.passUntil(becomes(one.bus, true));
      await other.passUntil(becomes(other.bus, true));
      const hinted: string[] = [];
      other.bus.onHint("ann", () => hinted.push("ann"));
      const reported = new Promise<void>((resolve) => other.bus.onLostHints(resolve));
      // More owners than one message can name.
      one.bus.hint(Array.from({ length: 601 }, (_, owner) => `owner-${owner}`));
      await one.passUntil(reported);
      expect(hinted).toEqual([]);
    });

    it("publishes pending hints before it closes", async () => {
      const open = openNode(await create());
      const [one, other] = [await open(), await open()];
      await one.passUntil(becomes(one.bus, true));
      await other.passUntil(becomes(other.bus, true));
      const received = new Promise<void>((resolve) => other.bus.onHint("ann", resolve));
      one.bus.hint(["ann"]);
      await one.bus.close();
      await received;
    });
  });
}

/** The lines of a bus whose health changes so. The first value is the one before the first heartbeat or failure. */
function linesOf([, ...changes]: readonly boolean[]): readonly string[] {
  return changes.flatMap((isHealthy, index) => {
    if (isHealthy) return index === 0 ? [] : ["Event bus recovered."];
    const failure = index === 0 ? "could not connect" : "lost its connection";
    return [`Event bus ${failure}; watchers query the database every second.`];
  });
}
