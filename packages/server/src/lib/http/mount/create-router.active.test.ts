import type { ActiveChangesResponse, ActiveResponse } from "@safelight/client/contract";
import { describe, expect, it, vi } from "vitest";
import { bodyOf, type TestCaller, testServer } from "../../../../testing/test-server.js";

async function active(caller: TestCaller, query = ""): Promise<ActiveResponse> {
  return bodyOf<ActiveResponse>(await caller.get(`/active${query}`));
}

async function changes(caller: TestCaller, query: string): Promise<ActiveChangesResponse> {
  return bodyOf<ActiveChangesResponse>(await caller.get(`/active?${query}`));
}

describe("GET /active", () => {
  it("is empty for an unknown owner", async () => {
    const server = await testServer();
    expect(await active(server.as("ann"))).toEqual({
      generations: [],
      hasMore: false,
      unseen: [],
      unseenCount: 0,
      sequence: 0,
      ownerTag: expect.stringMatching(/^[\w-]{22}$/),
      timeline: expect.stringMatching(/^[0-9a-f]{32}$/),
      serverTime: new Date(server.clock.now()).toISOString(),
      pollAfterMs: 30_000,
    });
  });

  it("lists active generations, newest first, and unseen ended ones", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const ended = await ann.submit();
    await ann.finish(ended.id);
    const older = await ann.submit();
    server.clock.skip(1);
    const newer = await ann.submit();
    const result = await active(ann);
    expect(result.generations.map(({ id }) => id)).toEqual([newer.id, older.id]);
    expect(result.unseen.map(({ id }) => id)).toEqual([ended.id]);
    expect(result).toMatchObject({ unseenCount: 1, pollAfterMs: 1_000, sequence: newer.sequence });
    await ann.post("/seen", { ids: [ended.id, older.id] });
    expect(await active(ann)).toMatchObject({ unseen: [], unseenCount: 0 });
  });

  it("filters by scope", async () => {
    const ann = (await testServer()).as("ann");
    const poster = await ann.submit({ prompt: "x" }, { scope: "poster" });
    await ann.submit({ prompt: "x" }, { scope: "avatar" });
    expect((await active(ann, "?scope=poster")).generations.map(({ id }) => id)).toEqual([poster.id]);
  });

  it("returns an opaque owner tag", async () => {
    const server = await testServer();
    const [one, again, other] = [
      await active(server.as("ann")),
      await active(server.as("ann")),
      await active(server.as("bob")),
    ];
    expect(again.ownerTag).toBe(one.ownerTag);
    expect(other.ownerTag).not.toBe(one.ownerTag);
  });
});

describe("GET /active of an owner with more active generations than one answer lists", () => {
  const limits = { rate: false, maxActive: false } as const;

  async function submitMany(count: number) {
    const ann = (await testServer({ limits, credits: { initialGrant: 10_000 } })).as("ann");
    const submitted = await Promise.all(Array.from({ length: count }, () => ann.submit()));
    return { ann, ids: submitted.map(({ id }) => id).toSorted() };
  }

  it("lists 200, and brings the rest as changes after its sequence", async () => {
    const { ann, ids } = await submitMany(310);
    const first = await active(ann);
    expect(first.generations).toHaveLength(200);
    expect(first.hasMore).toBe(true);
    const known = new Set(first.generations.map(({ id }) => id));
    let { sequence } = first;
    for (;;) {
      const response = await ann.get(`/active?after=${sequence}`);
      if (response.status === 204) break;
      const page = await bodyOf<ActiveChangesResponse>(response);
      expect(page.resync).toBe(false);
      for (const { id } of page.changed) known.add(id);
      ({ sequence } = page);
    }
    expect([...known].toSorted()).toEqual(ids);
  });

  it("gives the sequence of the list where a reader must begin again", async () => {
    const { ann } = await submitMany(201);
    const { sequence } = await active(ann);
    expect(sequence).toBe(200);
    const result = await changes(ann, "after=201&timeline=other");
    expect(result).toMatchObject({ resync: true, hasMore: true, sequence });
  });
});

describe("GET /active?after=", () => {
  it("returns changed generations, each once in its newest version, in order of sequence", async () => {
    const ann = (await testServer()).as("ann");
    const first = await ann.submit();
    const second = await ann.submit();
    await ann.finish(first.id);
    const result = await changes(ann, "after=0");
    expect(result.changed.map(({ id }) => id).toSorted()).toEqual([first.id, second.id].toSorted());
    const sequences = result.changed.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((left, right) => left - right));
    expect(result).toMatchObject({ resync: false, deleted: [], sequence: sequences.at(-1) });
    expect(result.changed.find(({ id }) => id === first.id)).toMatchObject({ status: "completed" });
  });

  it("responds 204 when nothing changed", async () => {
    const ann = (await testServer()).as("ann");
    const { sequence } = await ann.submit();
    const response = await ann.get(`/active?after=${sequence}`);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  it("has hasMoreChanges if a page ends early, also if its scope omits the changes of the page", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const { id } = await ann.submit(undefined, { scope: "poster" });
    const changedAfter = server.store.changedAfter.bind(server.store);
    vi.spyOn(server.store, "changedAfter").mockImplementation((query) => changedAfter({ ...query, limit: 1 }));
    const first = await changes(ann, "after=0&scope=poster");
    expect(first).toMatchObject({ changed: [], hasMoreChanges: true });
    const second = await changes(ann, `after=${first.sequence}&scope=poster`);
    expect(second.changed.map((generation) => generation.id)).toEqual([id]);
    expect(second).not.toHaveProperty("hasMoreChanges");
  });

  it("lists deleted generations", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const { sequence } = await ann.finish(id);
    await ann.delete(`/${id}`);
    const result = await changes(ann, `after=${sequence}`);
    expect(result).toMatchObject({ changed: [], deleted: [{ id, sequence: sequence + 1 }], sequence: sequence + 1 });
  });

  it("returns many changes in pages without a gap", async () => {
    const server = await testServer({ limits: { rate: false, maxActive: 1_000 }, credits: { initialGrant: 10_000 } });
    const ann = server.as("ann");
    const submitted = await Promise.all(Array.from({ length: 130 }, () => ann.submit()));
    const seen: string[] = [];
    let after = 0;
    for (let part = 0; part < 2; part += 1) {
      const result = await changes(ann, `after=${after}`);
      seen.push(...result.changed.map(({ id }) => id));
      after = result.sequence;
    }
    expect(new Set(seen)).toEqual(new Set(submitted.map(({ id }) => id)));
    expect((await ann.get(`/active?after=${after}`)).status).toBe(204);
  });

  it("holds the request until a change of this owner", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { sequence } = await ann.submit();
    let hasResponse = false;
    const waiting = changes(ann, `after=${sequence}&wait=25`).finally(() => {
      hasResponse = true;
    });
    await server.as("bob").submit();
    await server.clock.advance(5_000);
    expect(hasResponse).toBe(false);
    const { id } = await ann.submit();
    expect((await waiting).changed.map((generation) => generation.id)).toEqual([id]);
  });

  it("responds 204 when the wait is over", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const waiting = ann.get("/active?after=0&wait=10");
    await server.clock.advance(9_999);
    expect(server.clock.pending()).toEqual([1]);
    await server.clock.advance(1);
    expect((await waiting).status).toBe(204);
  });

  it("returns empty lists for a change in another scope", async () => {
    const ann = (await testServer()).as("ann");
    const { sequence } = await ann.submit({ prompt: "x" }, { scope: "poster" });
    const other = await ann.submit({ prompt: "x" }, { scope: "avatar" });
    const result = await changes(ann, `after=${sequence}&scope=poster`);
    expect(result).toMatchObject({ changed: [], sequence: other.sequence });
    expect(result.generations).toHaveLength(1);
  });

  it("ends every wait when the server closes", async () => {
    const server = await testServer();
    const waiting = server.as("ann").get("/active?after=0&wait=25");
    await server.clock.advance(1);
    expect(server.clock.pending()).toEqual([24_999]);
    await server.safelight.close();
    expect((await waiting).status).toBe(204);
    expect(server.clock.pending()).toEqual([]);
  });
});
