import { setTimeout } from "node:timers/promises";
import type { ActiveChangesResponse, ActiveResponse, SubmitResponse } from "@safelight/client/contract";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { copiedDatabases, openCopied, type TestDatabase } from "../../../test/copied-databases.js";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { defineModel } from "../model/define-model.js";
import type { Store } from "../ports/store/store.js";
import { systemClock } from "../process/system-clock.js";
import { memoryStorage } from "../storage/memory-storage.js";
import type { CopiedDatabase } from "../store/copy/copied-database.js";
import { copiedTables } from "../store/copy/copied-tables.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();
const copying = { phase: "copying", target: "postgres://db.example/app's", run: "first" } as const;

/** Commands that would change a row of the database below. */
function writes(store: Store): Readonly<Record<string, () => Promise<unknown>>> {
  const scenario = new Scenario(store);
  return {
    submit: () => scenario.submit({ id: "gen_new" }),
    claim: () => store.claim({ models: ["demo"], limit: 10, leaseMs: 30_000, token: "another" }),
    markSeen: () => store.markSeen({ ownerId: "bob", ids: ["gen_00000000-0000-7000-8000-000000000003"] }),
    remove: () => store.remove({ ownerId: "bob", id: "gen_00000000-0000-7000-8000-000000000003" }),
    requestCancel: () => store.requestCancel({ ownerId: "bob", id: "gen_00000000-0000-7000-8000-000000000005" }),
    adjust: () => scenario.buy("bob"),
    addTimings: () => store.addTimings([{ model: "demo", providerId: "p", size: 1, bucket: 40, count: 2 }]),
    claimOutbox: () => store.claimOutbox({ models: ["demo"], topics: ["cancel_job"], limit: 10, leaseMs: 1_000 }),
    dropInput: () => store.dropInput({ id: "inp_00000000-0000-7000-8000-000000000001", delayMs: 0 }),
    eraseOwner: () =>
      store.eraseOwner({ ownerId: "bob", pseudonym: "deleted_9", limit: 10, ownerMarks: ["mark of bob"] }),
    startTimeline: () => store.startTimeline(),
  };
}

describe.each(["file", "postgres"] as const)("a frozen database: %s", (kind) => {
  let database: TestDatabase;
  let store: Store;
  let copied: CopiedDatabase;

  beforeEach(async () => {
    database = await databases.filled(kind);
    store = database.open();
    copied = await openCopied(database);
  });

  it("refuses every write, and serves reads", async () => {
    await copied.freeze.freeze({ expected: null, next: copying });
    const before = await database.rows();
    // One after another, and all in one transaction of the file.
    for (const [name, write] of Object.entries(writes(store))) {
      const outcome = await write().catch((error: unknown) => error);
      expect(outcome, name).toMatchObject({ isFrozen: true, isBusy: false });
    }
    const outcomes = await Promise.allSettled(Object.values(writes(store)).map((write) => write()));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(await database.rows()).toEqual(before);
    expect((await store.changedAfter({ ownerId: "bob", sequence: 0, limit: 10 })).changed).toHaveLength(2);
    expect(await store.audit()).toEqual([]);
  });

  it("names the target in the error, and lets a server start", async () => {
    await copied.freeze.freeze({ expected: null, next: copying });
    const error = await writes(store)
      .submit?.()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      cause: { message: expect.stringContaining("read-only while it is copied to postgres://db.example/app's.") },
    });
    expect(await store.readSecret("another candidate")).toBe("a secret of the host");
    await store.migrate();
  });

  it("is healthy during the copy, and not after it has moved", async () => {
    await copied.freeze.freeze({ expected: null, next: copying });
    await store.ping();
    await copied.freeze.markMoved(copying);
    const other = database.open();
    await expect(other.ping()).rejects.toMatchObject({
      isFrozen: true,
      cause: { message: expect.stringContaining("The database has moved to postgres://db.example/app's") },
    });
  });

  it("replaces a row that has a unique value of a copied one: the later pages of the copy correct it", async () => {
    const table = copiedTables.find(({ name }) => name === "attempts");
    if (table === undefined) throw new Error("There is no table of attempts.");
    const { mark, pages } = copied;
    const [row = []] = await pages.read({ table, after: null, limit: 1, maxBytes: 1_000_000 });
    const count = await pages.count(table);
    const moved = ["gen_other", ...row.slice(1)];
    await mark.replace({ expected: null, next: { timeline: "t", run: "first" } });
    await pages.write({ table, removed: [], inserted: [moved] }, "first");
    expect(await pages.count(table)).toBe(count);
    expect(await pages.read({ table, after: ["gen_o", "0"], limit: 9, maxBytes: 1_000_000 })).toEqual([moved]);
  });

  it("accepts writes when it is unfrozen", async () => {
    await copied.freeze.freeze({ expected: null, next: copying });
    expect(await copied.freeze.read()).toEqual(copying);
    await copied.freeze.acceptWrites(copying);
    await copied.freeze.delete(copying);
    expect(await copied.freeze.read()).toBeNull();
    for (const write of Object.values(writes(store))) await write();
  });
});

describe("safelight copy, while a server runs", () => {
  const image = { bytes: tinyPng(1), contentType: "image/png" };
  const provider = scriptedProvider<{ prompt: string }>({ poll: [() => ({ type: "done", outputs: [image] })] });
  const models = { flux: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }) };
  const storage = memoryStorage();

  async function start(store: Store) {
    const server = await testServer({
      store,
      storage,
      models,
      clock: systemClock,
      worker: { mode: "loop", drainMs: 100 },
      credits: { initialGrant: 1_000_000 },
      limits: { maxActive: false, rate: false },
    });
    server.safelight.worker.start();
    const ann = server.as("ann");
    const submit = (key: string) =>
      ann.post("", { model: "flux", input: { prompt: key } }, { "idempotency-key": key.padEnd(16, "-") });
    return { ...server, ann, submit };
  }

  it.each(["file", "postgres"] as const)("loses no request, and pages continue: from %s", async (kind) => {
    const [source, target] = [await databases[kind](), await databases[kind === "file" ? "postgres" : "file"]()];
    const before = await start(source.open());
    const ids = new Map<string, string>();
    const submitUntilRefused = async () => {
      for (let count = 0; ; count += 1) {
        const key = `key-${count}`;
        const response = await before.submit(key);
        if (response.status !== 202) return { key, response };
        ids.set(key, (await bodyOf<SubmitResponse>(response)).generation.id);
        // Each one is run and copied: without a pause there would be thousands.
        await setTimeout(10);
      }
    };
    const first = await before.submit("first");
    expect(first.status).toBe(202);
    const submitting = submitUntilRefused();
    const schema = kind === "file" ? target.schema : source.schema;
    const moved = await runCommand(["copy", "--from", source.url, "--to", target.url, "--schema", schema], {});
    expect(moved).toMatchObject({ exitCode: 0, errors: "" });
    const refused = await submitting;
    expect(refused.response.status).toBe(503);
    expect(Number(refused.response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await problemOf(refused.response)).toMatchObject({
      code: "unavailable",
      detail: "The database is read-only for a short time, because it is moved. Send the same request again.",
    });
    const page = await bodyOf<ActiveResponse>(await before.ann.get("/active"));
    await before.safelight.close();

    const after = await start(target.open());
    const position = `after=${page.sequence}&owner=${page.ownerTag}&timeline=${page.timeline}`;
    const changes = await after.ann.get(`/active?${position}`);
    // 204: nothing changed yet.
    if (changes.status !== 204) expect(await bodyOf<ActiveChangesResponse>(changes)).toMatchObject({ resync: false });
    expect((await after.submit(refused.key)).status).toBe(202);
    const kept = new Set((await target.query("SELECT id FROM @generations")).map(({ id }) => id));
    expect([...ids.values()].filter((id) => !kept.has(id))).toEqual([]);
    // The last ones: they were accepted during the copy.
    for (const [key, id] of [...ids].slice(-10)) {
      const repeated = await bodyOf<SubmitResponse>(await after.submit(key));
      expect(repeated.generation.id, key).toBe(id);
    }
    expect(await after.safelight.audit()).toEqual([]);
  });
});
