import type { Context } from "hono";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { createGate } from "../../../../testing/fakes/gate.js";
import { createListSlots } from "./list-slots.js";
import type { RouterEnv } from "./router-context.js";

function request(ownerId: string, signal = new AbortController().signal): Context<RouterEnv> {
  // The members that the slots use.
  return { var: { caller: { ownerId } }, req: { raw: { signal } } } as unknown as Context<RouterEnv>;
}

/** The result of a read. */
const list = { generations: [] };

/** Lets all settled promises continue. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("list slots", () => {
  it("read 8 lists of one owner at once, and the next one when one of them ends", async () => {
    const slots = createListSlots({ clock: fakeClock() });
    const reads: (() => void)[] = [];
    const read = (ownerId: string) =>
      slots.of(request(ownerId))(() => new Promise<string>((resolve) => reads.push(() => resolve(ownerId))));
    const lists = Array.from({ length: 9 }, () => read("ann"));
    const bobs = read("bob");
    await settle();
    expect(reads).toHaveLength(9);
    reads.at(-1)?.();
    expect(await bobs).toBe("bob");
    await settle();
    expect(reads).toHaveLength(9);
    reads[0]?.();
    await lists[0];
    await settle();
    expect(reads).toHaveLength(10);
    for (const end of reads) end();
    expect(await Promise.all(lists)).toHaveLength(9);
  });

  it("read 64 lists of all owners at once, and refuse one that waits for 10 seconds", async () => {
    const clock = fakeClock();
    const slots = createListSlots({ clock });
    const gate = createGate();
    const lists = Array.from({ length: 64 }, (_, index) => slots.of(request(`owner-${index}`))(() => gate.opened));
    const refused = slots.of(request("eve"))(async () => list);
    const expected = expect(refused).rejects.toMatchObject({ code: "unavailable", retryAfterMs: 5_000 });
    await clock.advance(10_000);
    await expected;
    gate.open();
    await Promise.all(lists);
    expect(await slots.of(request("eve"))(async () => list)).toBe(list);
    expect(clock.pending()).toEqual([]);
  });

  it("do not read the list of a client that disconnects while it waits", async () => {
    const clock = fakeClock();
    const slots = createListSlots({ clock });
    const gate = createGate();
    const lists = Array.from({ length: 8 }, () => slots.of(request("ann"))(() => gate.opened));
    const client = new AbortController();
    let reads = 0;
    const wait = (signal: AbortSignal) =>
      slots.of(request("ann", signal))(async () => {
        reads += 1;
      });
    const waiting = expect(wait(client.signal)).rejects.toMatchObject({ code: "unavailable" });
    client.abort();
    await waiting;
    await expect(wait(client.signal)).rejects.toMatchObject({ code: "unavailable" });
    expect(clock.pending()).toEqual([]);
    gate.open();
    await Promise.all(lists);
    expect(reads).toBe(0);
  });

  it("do not read the list of a stream that ends while it waits", async () => {
    const clock = fakeClock();
    const slots = createListSlots({ clock });
    const gate = createGate();
    const lists = Array.from({ length: 8 }, () => slots.of(request("ann"))(() => gate.opened));
    const stream = new AbortController();
    const inSlot = slots.ofStream({ ownerId: "ann", signal: stream.signal });
    const waiting = expect(inSlot(async () => list)).rejects.toMatchObject({ code: "unavailable" });
    stream.abort();
    await waiting;
    gate.open();
    await Promise.all(lists);
    expect(clock.pending()).toEqual([]);
  });

  it.each([
    ["returns a list", async () => list],
    ["fails", () => Promise.reject(new Error("no database"))],
  ])("release the slot once a read %s", async (_, read) => {
    const clock = fakeClock();
    const slots = createListSlots({ clock });
    for (let count = 0; count < 9; count += 1) {
      await slots
        .of(request("ann"))<unknown>(read)
        .catch(() => null);
    }
    expect(clock.pending()).toEqual([]);
  });
});
