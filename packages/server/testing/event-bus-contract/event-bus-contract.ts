import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventBus } from "../../src/lib/ports/event-bus.js";

/** An event bus under test. */
export interface EventBusSubject {
  /**
   * Opens the bus of another node.
   *
   * @param database nodes of the same database receive each other's hints.
   * @returns the bus, when hints of other nodes reach it.
   */
  open(database: string): Promise<EventBus>;
  /** Removes the subject's files and servers. Called after each test, when its buses are closed. */
  close?(): Promise<void>;
}

/**
 * Registers the contract tests for an event bus with vitest. Call it in the adapter's test file.
 *
 * @param name name of the event bus in the test report.
 * @param create creates a subject. Called before each test.
 * @example
 * ```ts
 * runEventBusContract("myBus", async () => ({ open: async (database) => myBus({ database }) }));
 * ```
 */
export function runEventBusContract(name: string, create: () => Promise<EventBusSubject>): void {
  describe(`${name} as an event bus`, () => {
    let subject: EventBusSubject;
    let opened: EventBus[] = [];

    const open = async (database = "first"): Promise<EventBus> => {
      const bus = await subject.open(database);
      opened.push(bus);
      return bus;
    };

    beforeEach(async () => {
      subject = await create();
    });

    afterEach(async () => {
      for (const bus of opened) await bus.close?.();
      opened = [];
      await subject.close?.();
    });

    /** Resolves at the next hint of this owner, or when hints of all owners were lost. */
    const nextHint = (bus: EventBus, id: string): Promise<void> =>
      new Promise((resolve) => {
        const receive = (): void => {
          for (const stop of stops) stop?.();
          resolve();
        };
        const stops = [bus.onHint(id, receive), bus.onLostHints?.(receive)];
      });

    it("calls the listeners of its own node before `hint` returns", async () => {
      const bus = await open();
      const received: string[] = [];
      for (const id of ["ann", "bob"]) bus.onHint(id, () => received.push(id));
      bus.hint(["ann"]);
      expect(received).toEqual(["ann"]);
    });

    it("publishes the hints of one node to the others, in both directions", async () => {
      const [one, other] = [await open(), await open()];
      const received = Promise.all([nextHint(other, "ann"), nextHint(other, "a team/ü"), nextHint(one, "bob")]);
      one.hint(["ann", "a team/ü"]);
      other.hint(["bob"]);
      await received;
    });

    it("publishes a burst of thousands of owners", async () => {
      const [one, other] = [await open(), await open()];
      const owners = Array.from({ length: 3_000 }, (_, index) => `owner-${index}`);
      const received = Promise.all(owners.map((owner) => nextHint(other, owner)));
      for (const owner of owners) one.hint([owner]);
      await received;
    });

    it("does not call a listener that unsubscribed, or one of another database", async () => {
      const [one, other, foreign] = [await open(), await open(), await open("second")];
      const received: string[] = [];
      other.onHint("ann", () => received.push("unsubscribed"))();
      foreign.onHint("ann", () => received.push("foreign"));
      const last = nextHint(other, "last");
      one.hint(["ann"]);
      one.hint(["last"]);
      await last;
      // A hint of the other database that is on its way arrives before this one.
      const lastForeign = nextHint(foreign, "last");
      (await open("second")).hint(["last"]);
      await lastForeign;
      expect(received).toEqual([]);
    });

    it("calls each listener although another one throws", async () => {
      const [one, other] = [await open(), await open()];
      other.onHint("ann", () => {
        throw new Error("a listener fails");
      });
      const received = nextHint(other, "ann");
      one.hint(["ann"]);
      await received;
    });
  });
}
