import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ActiveResponse } from "@safelight/client/contract";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { EventListener } from "../../../testing/event-listener.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { bodyOf, generationOf, testModels, testServer } from "../../../testing/test-server.js";
import type { Store } from "../ports/store/store.js";
import { StoreUnavailable } from "../ports/store/store-unavailable.js";
import { systemClock } from "../process/system-clock.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { createSafelight } from "./create-safelight.js";

/** A server of another process: its events do not reach the event bus of this one. */
function otherProcess(store: Store) {
  const safelight = createSafelight({
    store,
    storage: memoryStorage(),
    identify: () => null,
    models: testModels,
    credits: { initialGrant: 100 },
    eventBus: { hint: () => undefined, onHint: () => () => undefined },
  });
  onTestFinished(() => safelight.close());
  return safelight;
}

describe("createSafelight", () => {
  it("opens nothing before the first use", async () => {
    const path = join(await tempFolder("unopened"), "test.db");
    const server = await testServer({ store: libsqlStore({ url: `file:${path}` }) });
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    await server.as("ann").get("/active");
    await expect(stat(path)).resolves.toBeDefined();
  });

  it("creates no tables with autoMigrate: false", async () => {
    const server = await testServer({ autoMigrate: false });
    expect((await server.as("ann").get("/active")).status).not.toBe(200);
    await server.safelight.migrate();
    expect((await server.as("ann").get("/active")).status).toBe(200);
  });

  it("wakes the worker at a submit, and the watchers at its end", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    server.safelight.worker.start();
    const { id, sequence } = await ann.submit();
    let after = sequence;
    for (let step = 0; step < 10; step += 1) {
      const response = ann.get(`/active?after=${after}&wait=25`);
      // The clock stands still until a caller waits for a timer.
      await server.clock.advance(24_000);
      const result = await response;
      if (result.status === 204) continue;
      after = (await result.json()).sequence;
      if ((await generationOf(await ann.get(`/${id}`))).status === "completed") break;
    }
    expect(await generationOf(await ann.get(`/${id}`))).toMatchObject({ status: "completed" });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("publishes changes of a worker to long polls, with hints and wakes over the host's ports", async () => {
    const hinted: string[] = [];
    const woken: (string | null)[] = [];
    const server = await testServer({
      eventBus: { hint: (owners) => hinted.push(...owners), onHint: () => () => undefined },
      dispatcher: { enqueue: ({ generationId }) => woken.push(generationId), onWake: () => () => undefined },
    });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    expect([hinted, woken]).toEqual([["ann"], [id]]);
    await ann.post(`/${id}/cancel`);
    // The generation has left the queue.
    expect([hinted.slice(1), woken.length]).toEqual([["ann", "queue"], 2]);
    await ann.post(`/${id}/cancel`);
    expect([hinted.length, woken.length]).toEqual([3, 2]);
    await ann.post("/seen", { ids: [id] });
    await ann.delete(`/${id}`);
    expect([hinted.length, woken.length]).toEqual([5, 3]);
  });

  it("ends a long poll with a commit of another process", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const other = otherProcess(libsqlStore({ url: server.store.identity, now: server.clock.now }));
    await ann.get("/active");

    const responses: Response[] = [];
    void ann.get("/active?after=0&wait=25").then((response) => responses.push(response));
    await server.clock.advance(1);
    const { generation } = await other.api.submit({ ownerId: "ann" }, "flux", { prompt: "x" });
    await expect
      .poll(async () => {
        await server.clock.advance(50);
        return responses.length;
      })
      .toBe(1);
    const [active] = await Promise.all(responses.map((response) => bodyOf<ActiveResponse>(response)));
    expect(active?.generations.map(({ id }) => id)).toEqual([generation.id]);
  });

  it("sends a commit of another process to a stream before the stream's own check", async () => {
    const folder = await tempFolder("processes");
    const url = `file:${join(folder, "test.db")}`;
    const server = await testServer({ store: libsqlStore({ url }), clock: systemClock });
    const other = otherProcess(libsqlStore({ url }));
    const listener = new EventListener(await server.request("ann", "/events"));
    // The last event before the stream waits.
    await listener.credits();
    const { generation } = await other.api.submit({ ownerId: "ann" }, "flux", { prompt: "x" });
    const committedAt = performance.now();
    let event = await listener.next();
    while (event === "heartbeat") event = await listener.next();
    expect(event).toMatchObject({ changed: [{ id: generation.id }] });
    // A stream itself checks once a minute.
    expect(performance.now() - committedAt).toBeLessThan(50_000);
    await listener.cancel();
  });

  it("wakes no worker for a refused or replayed submit", async () => {
    const woken: (string | null)[] = [];
    const server = await testServer({
      credits: { initialGrant: 4 },
      dispatcher: { enqueue: ({ generationId }) => woken.push(generationId), onWake: () => () => undefined },
    });
    const ann = server.as("ann");
    const body = { model: "flux", input: { prompt: "x" } };
    for (const status of [202, 200]) {
      expect((await ann.post("", body, { "idempotency-key": "k" })).status).toBe(status);
    }
    expect((await ann.post("", body)).status).toBe(402);
    expect(woken).toHaveLength(1);
  });

  it("stores no output above limits.maxOutputBytes", async () => {
    const ann = (await testServer({ limits: { maxOutputBytes: 10 } })).as("ann");
    expect(await ann.finish((await ann.submit()).id)).toMatchObject({ error: { code: "output_rejected" } });
  });

  it("rejects requests after close", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.get("/active");
    await server.safelight.close();
    expect((await ann.get("/active")).status).toBeGreaterThanOrEqual(500);
  });

  it("reports health from the database", async () => {
    const server = await testServer();
    expect(await (await server.request(null, "/health")).json()).toEqual({ status: "ok" });
    server.store.ping = () => Promise.reject(new StoreUnavailable("gone"));
    expect((await server.request(null, "/health")).status).toBe(503);
  });

  it("reports health 503 for a database of an unreleased version", async () => {
    const server = await testServer();
    expect((await server.request(null, "/health")).status).toBe(200);
    const database = new Database(server.store.identity.replace("file:", ""));
    database.exec("UPDATE safelight_migrations SET hash = 'another'");
    database.close();
    expect((await server.request(null, "/health")).status).toBe(503);
  });
});
