import { describe, expect, it, onTestFinished, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";

/** A server with a constant random number. */
function serverWith(random: number): Promise<TestServer<typeof testModels>> {
  vi.spyOn(Math, "random").mockReturnValue(random);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  return testServer();
}

/** The max value of `Math.random` gives. */
const almostOne = 1 - 2 ** -53;

describe("a stream that clients reopen", () => {
  it.each([
    [0, 540_000],
    [0.5, 600_000],
    [almostOne, 660_000],
  ])("ends after nine to eleven minutes: for %d after %d ms", async (random, expected) => {
    const server = await serverWith(random);
    const startedAt = server.clock.now();
    const listener = new EventListener(await server.request("ann", "/events"));
    let endedAt: number | null = null;
    void (async () => {
      while ((await listener.next()) !== null);
      endedAt = server.clock.now();
    })();
    while (endedAt === null && server.clock.now() < startedAt + 700_000) await server.clock.advance(1_000);
    expect((endedAt ?? 0) - startedAt).toBeCloseTo(expected, -3);
  });

  it.each([
    [0, 500],
    [0.5, 1_000],
    [almostOne, 1_500],
  ])("sends one retry field between 0.5 and 1.5 seconds: for %d it is %d ms", async (random, expected) => {
    const server = await serverWith(random);
    const response = await server.request("ann", "/events");
    const reader = response.body?.getReader();
    // One event per read.
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toMatch(new RegExp(`^retry: ${expected}\ndata: \\{"generations"`));
    expect(await next()).not.toContain("retry");
    await reader?.cancel();
  });
});
