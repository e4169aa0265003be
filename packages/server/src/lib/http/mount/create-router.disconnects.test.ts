import { EventEmitter, once } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { testServer } from "../../../../testing/test-server.js";

describe("GET /events whose client disconnected before it starts", () => {
  it.each(["loop", "request"] as const)("leaves no timer behind, in mode %s", async (mode) => {
    let identify = () => {};
    const isIdentified = new Promise<void>((resolve) => {
      identify = resolve;
    });
    const server = await testServer({
      worker: { mode },
      identify: async () => {
        await isIdentified;
        return "ann";
      },
    });
    const request = new AbortController();
    const pending = server.request("ann", "/events", { signal: request.signal });
    request.abort();
    identify();
    expect((await pending).status).toBe(503);
    await expect.poll(() => server.clock.pending()).toEqual([]);
  });
});

describe("a submit whose client disconnects during a check of the host", () => {
  it("leaves no warning in the log", async () => {
    const checks = new EventEmitter();
    const beforeSubmit = () => {
      checks.emit("called");
      return new Promise<undefined>(() => {});
    };
    const server = await testServer({ hooks: { beforeSubmit } });
    const request = new AbortController();
    const called = once(checks, "called");
    const pending = server.request("ann", "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "flux", input: { prompt: "a lamp" } }),
      signal: request.signal,
    });
    await called;
    request.abort();
    expect((await pending).status).toBe(503);
    expect(server.logs).toEqual([]);
  });
});

describe("GET /events whose heartbeat hangs", () => {
  const never = new Promise<never>(() => {});
  const stuck = async () => {
    let isHanging = false;
    const server = await testServer({ identify: () => (isHanging ? never : "ann") });
    const request = new AbortController();
    const listener = new EventListener(await server.request("ann", "/events", { signal: request.signal }));
    await listener.next();
    isHanging = true;
    const ended = endOf(listener);
    // The fifth heartbeat calls `identify`.
    for (let passed = 0; passed < 48_000; passed += 4_000) await server.clock.advance(4_000);
    return { server, request, ended };
  };

  it("ends when identify takes longer than 10 seconds", async () => {
    const { server, ended } = await stuck();
    await server.clock.advance(10_000);
    await ended;
    expect(server.clock.pending()).toEqual([]);
  });

  it("ends at once when the client disconnects while identify hangs", async () => {
    const { server, request } = await stuck();
    request.abort();
    await expect.poll(() => server.clock.pending()).toEqual([]);
  });
});

describe("GET /events after the clock was set back", () => {
  it("ends within a minute of a sign-out", async () => {
    const clock = fakeClock();
    let setBackMs = 0;
    let who: string | null = "ann";
    const server = await testServer({
      clock: { now: () => clock.now() - setBackMs, setTimer: clock.setTimer },
      identify: () => who,
    });
    const listener = new EventListener(await server.request("ann", "/events"));
    await listener.next();
    const ended = endOf(listener);
    setBackMs = 86_400_000;
    who = null;
    for (let passed = 0; passed < 60_000; passed += 4_000) await clock.advance(4_000);
    await ended;
    expect(clock.pending()).toEqual([]);
  });
});

describe("a watch whose read never settles", () => {
  const never = new Promise<never>(() => {});

  it("is freed when the client of a stream disconnects", async () => {
    const server = await testServer();
    const request = new AbortController();
    const listener = new EventListener(await server.request("ann", "/events", { signal: request.signal }));
    const read = vi.spyOn(server.store, "changedAfter").mockReturnValue(never);
    await listener.snapshot();
    const ended = endOf(listener);
    await server.as("ann").submit();
    await expect.poll(() => read).toHaveBeenCalled();
    request.abort();
    await ended;
    expect(server.clock.pending()).toEqual([]);
  });

  it("is freed when the client of a long poll disconnects", async () => {
    const server = await testServer();
    const { sequence } = await server.as("ann").submit();
    const idle = server.clock.pending();
    const read = vi.spyOn(server.store, "changedAfter").mockReturnValue(never);
    const request = new AbortController();
    void server.request("ann", `/active?after=${sequence}&wait=25`, { signal: request.signal });
    await expect.poll(() => read).toHaveBeenCalled();
    expect(server.clock.pending().length).toBeGreaterThan(idle.length);
    request.abort();
    expect(server.clock.pending().length).toBe(idle.length);
  });
});

describe("GET /events whose response the host drops", () => {
  it("ends after a minute without a reader", async () => {
    const server = await testServer();
    const response = await server.request("ann", "/events");
    for (let passed = 0; passed < 60_000; passed += 4_000) await server.clock.advance(4_000);
    expect(server.clock.pending()).toEqual([]);
    await expect(response.text()).rejects.toThrow("The reader of the event stream has stalled.");
  });
});

/** Reads until the stream ends. */
async function endOf(listener: EventListener): Promise<void> {
  while ((await listener.next()) !== null);
}
