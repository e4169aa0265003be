import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readEvents, type StreamEvent } from "./event-stream.ts";
import { dataFolder, type RunningHost, startHost } from "./running-host.ts";

// Concurrent, because each test waits longer than the 10 seconds after which `Bun.serve` closes an idle connection.
describe("Bun with its default idle limit", { concurrency: true }, () => {
  it("holds a long poll for 25 seconds", async () => {
    await pollQuietly(await startHost(["bun", "bun.ts"], { folder: dataFolder() }), 25);
  });

  it("holds a long poll for 25 seconds in a Hono app", async () => {
    await pollQuietly(await startHost(["bun", "hono.ts"], { folder: dataFolder() }), 25);
  });

  it("responds to a long poll before the limit when the host does not pass Bun's server to `fetch`", async () => {
    await pollQuietly(await startHost(["bun", "without-server.ts"], { folder: dataFolder() }), 8);
  });

  for (const file of ["bun.ts", "without-server.ts"]) {
    it(`keeps an idle stream open for 25 seconds: ${file}`, async () => {
      const host = await startHost(["bun", file], { folder: dataFolder() });
      const begun = performance.now();
      const isLast = ({ event }: StreamEvent): boolean => event === "heartbeat" && performance.now() - begun >= 25_000;
      const events = await readEvents(await host.send("ann", "/events"), isLast);
      assert.equal(events.at(-1)?.event, "heartbeat");
    });
  }
});

/** Sends a long poll of 25 seconds while nothing changes, and expects 204 after this time and not before. */
async function pollQuietly(host: RunningHost, seconds: number): Promise<void> {
  const { sequence } = await (await host.send("ann", "/active")).json();
  const begun = performance.now();
  const response = await host.send("ann", `/active?after=${sequence}&wait=25`);
  assert.equal(response.status, 204);
  assert(performance.now() - begun > seconds * 1_000 - 100, "The poll was held.");
}
