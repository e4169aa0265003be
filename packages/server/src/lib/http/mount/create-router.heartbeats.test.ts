import { describe, expect, it, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { testServer } from "../../../../testing/test-server.js";

type Server = Awaited<ReturnType<typeof testServer>>;

async function listen(server: Server, owner = "ann"): Promise<EventListener> {
  return new EventListener(await server.request(owner, "/events"));
}

/** Advances time in steps, so that chains of timers run. */
async function pass(server: Pick<Server, "clock">, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 4_000) await server.clock.advance(4_000);
}

describe("the heartbeat of GET /events", () => {
  it("is sent every 8 seconds without changes", async () => {
    const server = await testServer();
    const listener = await listen(server);
    await listener.next();
    const beat = listener.next();
    await server.clock.advance(8_000);
    expect(await beat).toBe("heartbeat");
    await listener.cancel();
  });

  it("reads rows only every few heartbeats while no other process writes", async () => {
    let commit = (): void => undefined;
    const server = await testServer();
    vi.spyOn(server.store, "onForeignCommit").mockImplementation((listener) => {
      commit = listener;
      return () => undefined;
    });
    const reads = vi.spyOn(server.store, "changedAfter");
    const listener = await listen(server);
    await listener.next();
    const beat = async (): Promise<void> => {
      const said = listener.next();
      await pass(server, 8_000);
      expect(await said).toBe("heartbeat");
    };
    await beat();
    expect(reads).not.toHaveBeenCalled();
    for (let beats = 0; beats < 6; beats += 1) await beat();
    await beat();
    expect(reads).toHaveBeenCalledTimes(1);
    // The first check finds every sequence new, before or after the heartbeat that reads because of the commit.
    commit();
    await beat();
    await beat();
    const before = reads.mock.calls.length;
    expect([2, 3]).toContain(before);
    // The second check finds no changed sequence, but a balance may have changed.
    commit();
    await beat();
    const said = listener.next();
    await expect.poll(() => reads).toHaveBeenCalledTimes(before + 1);
    await pass(server, 8_000);
    expect(await said).toBe("heartbeat");
    const { id } = await server.as("ann").submit();
    expect((await listener.generation()).id).toBe(id);
    await listener.cancel();
  });

  it("is spread for streams that started together", async () => {
    const server = await testServer();
    const listeners = await Promise.all(Array.from({ length: 10 }, (_, index) => listen(server, `owner-${index}`)));
    const beats = server.clock.pending().filter((ms) => ms <= 8_000);
    expect(beats).toHaveLength(10);
    expect(new Set(beats).size).toBeGreaterThan(1);
    await Promise.all(listeners.map((listener) => listener.cancel()));
  });
});
