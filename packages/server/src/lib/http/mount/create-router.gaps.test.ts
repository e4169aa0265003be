import { describe, expect, it, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { testServer } from "../../../../testing/test-server.js";

// The clock does not advance here, so an event that waits for a heartbeat never arrives.
describe("GET /events, without a gap", () => {
  it.each([
    ["changes", "changedAfter", "?after=0"],
    ["a snapshot", "listActive", ""],
  ] as const)("sends a change that happens during a read of %s", async (_, method, query) => {
    const server = await testServer();
    const ann = server.as("ann");
    let during: (() => Promise<unknown>) | null = () => ann.submit();
    const actDuring = async <Result>(result: Promise<Result>): Promise<Result> => {
      await result;
      const act = during;
      during = null;
      await act?.();
      return result;
    };
    const { changedAfter, listActive } = server.store;
    vi.spyOn(server.store, "changedAfter").mockImplementation((given) =>
      method === "changedAfter" ? actDuring(changedAfter(given)) : changedAfter(given),
    );
    vi.spyOn(server.store, "listActive").mockImplementation((given) =>
      method === "listActive" ? actDuring(listActive(given)) : listActive(given),
    );
    const listener = new EventListener(await server.request("ann", `/events${query}`));
    await listener.snapshot();
    expect(await listener.generation()).toMatchObject({ sequence: 1 });
    await listener.cancel();
  });

  it("starts at the sequence of the snapshot, even if the reader continues late", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const reader = (await server.request("ann", "/events")).body?.getReader();
    // One event per read, without read-ahead.
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toContain('"sequence":1');
    await ann.submit();
    expect(await next()).toMatch(/^data: \{"balance":/);
    expect(await next()).toMatch(/^data: \{"sequence":2,/);
    await reader?.cancel();
  });
});
