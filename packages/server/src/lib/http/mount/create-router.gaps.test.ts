import { describe, expect, it, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { testServer } from "../../../../testing/test-server.js";

// The clock does not advance here, so an event that waits for a heartbeat never arrives.
describe("GET /events, without a gap", () => {
  it("sends a change that happens during a read", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { changedAfter } = server.store;
    let during: (() => Promise<unknown>) | null = () => ann.submit();
    vi.spyOn(server.store, "changedAfter").mockImplementation(async (query) => {
      const changes = await changedAfter(query);
      const act = during;
      during = null;
      await act?.();
      return changes;
    });
    const listener = new EventListener(await server.request("ann", "/events"));
    await listener.next();
    expect(await listener.generation()).toMatchObject({ sequence: 1 });
    await listener.cancel();
  });

  it("starts at the sequence of hello, even if the reader continues late", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const reader = (await server.request("ann", "/events")).body?.getReader();
    // One event per read, without read-ahead.
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toContain('"sequence":1');
    await ann.submit();
    expect(await next()).toMatch(/^event: generation\nid: 2\n/);
    await reader?.cancel();
  });
});
