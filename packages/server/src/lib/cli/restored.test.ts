import { join } from "node:path";
import { createClient } from "@libsql/client";
import type { ActiveChangesResponse, ActiveResponse } from "@safelight/client/contract";
import Database from "libsql";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { EventListener } from "../../../testing/event-listener.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { bodyOf, testServer } from "../../../testing/test-server.js";
import type { Store } from "../ports/store/store.js";
import { systemClock } from "../process/system-clock.js";
import { libsqlClientStore } from "../store/libsql/libsql-client-store.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { startLibsqlServer } from "../store/libsql-server/libsql-server.js";
import { runCommand } from "./run-command.js";

async function timelineOf(store: Pick<Store, "sequencesOf">): Promise<string> {
  return (await store.sequencesOf([])).timeline;
}

describe("safelight restored", () => {
  let path: string;

  beforeEach(async () => {
    path = join(await tempFolder("restored"), "app.db");
  });

  const opened = (url = `file:${path}`): Store => {
    const store = libsqlStore({ url });
    onTestFinished(() => store.close());
    return store;
  };

  it("starts a new timeline, changes nothing else, and prints what it did", async () => {
    const store = opened();
    await store.migrate();
    await new Scenario(store).accepted();
    const before = await timelineOf(store);
    const { errors, exitCode, output } = await runCommand(["restored", `file:${path}`], {});
    const timeline = await timelineOf(store);
    expect(timeline).not.toBe(before);
    expect([exitCode, errors]).toEqual([0, ""]);
    expect(output).toBe(`file:${path} has the new timeline ${timeline}. Open pages load everything again.\n`);
    expect(await store.audit()).toEqual([]);
    expect((await store.sequencesOf(["ada"])).sequences.get("ada")).toBe(1);
  });

  it("is needed after a copy is restored: a copy has the timeline of its original", async () => {
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    const before = await timelineOf(store);
    await store.close();
    const database = new Database(path);
    database.exec(`VACUUM INTO '${path}.copy'`);
    database.close();
    expect(await timelineOf(opened(`file:${path}.copy`))).toBe(before);
    await runCommand(["restored", `file:${path}.copy`], {});
    expect(await timelineOf(opened(`file:${path}.copy`))).not.toBe(before);
  });

  it("keeps its timeline when a later release first migrates a database of an older one", async () => {
    await opened().migrate();
    const database = new Database(path);
    database.exec(
      `DELETE FROM safelight_migrations WHERE id IN (4, 5); DELETE FROM safelight_settings WHERE name = 'timeline';
       DROP TABLE safelight_erased_owners`,
    );
    database.close();
    const { output } = await runCommand(["restored", `file:${path}`], {});
    const store = opened();
    await store.migrate();
    expect(output).toContain(`timeline ${await timelineOf(store)}.`);
  });

  it("exits with 2 if there is no database, and creates none", async () => {
    const outcome = await runCommand(["restored", `file:${path}`], {});
    const errors = `Could not start a new timeline: No database at file:${path}.\n`;
    expect(outcome).toEqual({ exitCode: 2, output: "", errors });
  });

  it.each([
    ["file", "loop"],
    ["file", "request"],
    ["server", "loop"],
  ] as const)("makes open streams of a running process send a snapshot: %s, worker mode %s", async (kind, mode) => {
    await opened().migrate();
    const remote = kind === "file" ? null : await startLibsqlServer({ path });
    const url = remote?.url ?? `file:${path}`;
    const client = createClient({ url });
    const store = remote === null ? libsqlStore({ url }) : await libsqlClientStore({ client, pollMs: 100 });
    const server = await testServer({ store, clock: systemClock, worker: { mode } });
    onTestFinished(async () => {
      await server.safelight.close();
      client.close();
      await remote?.close();
    });
    const ann = server.as("ann");
    const { ownerTag, timeline } = await bodyOf<ActiveResponse>(await ann.get("/active"));
    const listener = new EventListener(await ann.get("/events"));
    expect(await listener.snapshot()).toMatchObject({ timeline });
    // The last event before the stream waits.
    await listener.credits();
    const poll = ann.get(`/active?after=0&owner=${ownerTag}&timeline=${timeline}&wait=25`);

    expect(await runCommand(["restored", url], {})).toMatchObject({ exitCode: 0 });
    const frame = await listener.snapshot();
    expect(frame).toMatchObject({ resync: true, ownerTag });
    expect(frame.timeline).not.toBe(timeline);
    await listener.cancel();
    const response = await bodyOf<ActiveChangesResponse>(await poll);
    expect(response).toMatchObject({ resync: true, timeline: frame.timeline });
  });
});
