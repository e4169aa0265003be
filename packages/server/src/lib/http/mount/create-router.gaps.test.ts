import { describe, expect, it, vi } from "vitest";
import { EventListener } from "../../testing/event-listener.js";
import { testServer } from "../../testing/test-server.js";

// Time stands still here: what is told late, at a beat, is not told at all.
describe("GET /events, without a gap", () => {
  it("tells what changes while it reads", async () => {
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
    const listener = new EventListener(await server.ask("ann", "/events"));
    await listener.next();
    expect(await listener.generation()).toMatchObject({ sequence: 1 });
    await listener.cancel();
  });

  it("begins where hello says, however late the reader goes on", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const reader = (await server.ask("ann", "/events")).body?.getReader();
    // One event with each read, and nothing ahead of it.
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toContain('"sequence":1');
    await ann.submit();
    expect(await next()).toMatch(/^event: generation\nid: 2\n/);
    await reader?.cancel();
  });
});
