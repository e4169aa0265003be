import { describe, expect, it, onTestFinished, vi } from "vitest";
import { follow, mockedNetwork, refusalOf } from "../../../test/mocked-network.js";

const { safelight, client } = mockedNetwork();

const untilHeld = (): Promise<void> => expect.poll(() => safelight.held).toBe(1);

describe("createMockServer, with a watching client", () => {
  it("emits each step of a generation until it has finished", async () => {
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    const next = follow(client.watch(id));
    expect(await next()).toMatchObject({ status: "pending" });
    const working = next();
    await untilHeld();
    safelight.progress(id, 0.4, { etaMs: 5_000 });
    expect(await working).toMatchObject({ status: "processing", progress: { value: 0.4, etaMs: 5_000 } });
    const finished = next();
    await untilHeld();
    safelight.complete(id);
    expect(await finished).toMatchObject({ status: "completed", progress: { value: 1 }, outputs: [{ index: 0 }] });
    expect(await next()).toBeUndefined();
  });

  it("resolves wait, and refunds missing outputs", async () => {
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    const waiting = client.wait(id);
    await untilHeld();
    safelight.fail(id, "content_rejected");
    expect(await waiting).toMatchObject({ status: "failed", error: { code: "content_rejected", retryable: false } });
    expect(await client.credits()).toMatchObject({
      balance: 20,
      entries: [
        { kind: "refund", amount: 4, reason: "failed:content_rejected 100%", generationId: id },
        { kind: "debit", amount: -4 },
        { kind: "grant", amount: 20, reason: "initial" },
      ],
    });
    expect(() => safelight.progress(id, 0.5)).toThrow(
      `The generation ${id} has already finished: its status is failed.`,
    );
  });

  it("emits all changes of an owner, and starts over with another owner", async () => {
    const next = follow(client.events());
    const untilType = async (type: string) => {
      for (;;) {
        const event = await next();
        if (event.type === type) return event;
      }
    };
    expect(await untilType("snapshot")).toMatchObject({ active: { ownerTag: "owner", generations: [] } });
    await untilType("connection");
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    expect(await untilType("generation")).toMatchObject({ generation: { id, status: "pending" } });
    safelight.complete(id);
    expect(await untilType("generation")).toMatchObject({ generation: { id, status: "completed" } });
    safelight.delete(id);
    expect(await untilType("deleted")).toMatchObject({ id });
    safelight.signIn("bob");
    expect(await untilType("snapshot")).toMatchObject({ active: { ownerTag: "bob" } });
    safelight.restoreBackup();
    expect(await untilType("snapshot")).toMatchObject({ active: { ownerTag: "bob", sequence: 0 } });
    safelight.signOut();
    await expect(untilType("snapshot")).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("is unreachable while offline, and continues afterwards", async () => {
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    const next = follow(client.watch(id));
    await next();
    const finished = next();
    await untilHeld();
    safelight.offline();
    expect((await refusalOf(client.submit("flux", { prompt: "x" }))).code).toBe("network");
    safelight.complete(id);
    safelight.online();
    expect(await finished).toMatchObject({ status: "completed" });
    expect(safelight.balance).toBe(16);
  });

  it("separates owners, and keeps a request held if asked to", async () => {
    const { id } = safelight.queue("flux", { prompt: "ann's" });
    const { sequence } = await client.active();
    const held = fetch(`https://example.test/api/generations/active?after=${sequence}&wait=25`);
    await untilHeld();
    safelight.signIn("bob", { held: "kept" });
    expect(safelight.held).toBe(1);
    expect((await refusalOf(client.get(id))).code).toBe("not_found");
    expect(safelight.balance).toBe(20);
    safelight.releaseHeld();
    expect(await (await held).json()).toMatchObject({ ownerTag: "bob", resync: true });
    safelight.signIn("owner");
    expect((await client.get(id)).input).toEqual({ prompt: "ann's" });
  });

  it("sets no timers of its own, and releases a request that its page aborted", async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { sequence } = safelight.queue("flux", { prompt: "a lamp" });
    expect(vi.getTimerCount()).toBe(0);
    const leaving = new AbortController();
    const request = (signal: AbortSignal | null = null) =>
      safelight.fetch(new Request(`https://x.test/api/generations/active?after=${sequence}&wait=25`, { signal }));
    const left = request(leaving.signal);
    await untilHeld();
    leaving.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect([safelight.held, vi.getTimerCount()]).toEqual([0, 0]);
    const held = request();
    await untilHeld();
    await vi.advanceTimersByTimeAsync(25_000);
    expect((await held).status).toBe(204);
  });
});
