import type { CreditsResponse, HistoryResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { bodyOf, type TestCaller, testServer } from "../../../../testing/test-server.js";

async function history(caller: TestCaller, query = ""): Promise<HistoryResponse> {
  return bodyOf<HistoryResponse>(await caller.get(`/?${query}`));
}

const ids = ({ generations }: HistoryResponse): string[] => generations.map(({ id }) => id);

describe("GET /", () => {
  it("pages through all generations, newest first, each once", async () => {
    const ann = (await testServer()).as("ann");
    const all: string[] = [];
    for (let index = 0; index < 5; index += 1) all.unshift((await ann.submit()).id);
    const first = await history(ann, "limit=2");
    const second = await history(ann, `limit=2&cursor=${first.nextCursor}`);
    const third = await history(ann, `limit=2&cursor=${second.nextCursor}`);
    expect([first, second, third].flatMap(ids)).toEqual(all);
    expect(third.nextCursor).toBeNull();
  });

  it("returns the owner tag and the sequence", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const empty = await history(ann);
    expect(empty).toMatchObject({ generations: [], sequence: 0, ownerTag: expect.stringMatching(/^[\w-]{22}$/) });
    const { sequence } = await ann.submit();
    const page = await history(ann, "status=completed");
    expect(page).toEqual({ generations: [], nextCursor: null, sequence, ownerTag: empty.ownerTag });
    expect((await history(ann)).generations[0]?.ownerTag).toBe(empty.ownerTag);
    expect((await history(server.as("bob"))).ownerTag).not.toBe(empty.ownerTag);
  });

  it("keeps its position while rows are added and removed, including the row of the cursor", async () => {
    const ann = (await testServer()).as("ann");
    const [oldest, middle, newest] = [await ann.submit(), await ann.submit(), await ann.submit()];
    const first = await history(ann, "limit=2");
    expect(ids(first)).toEqual([newest.id, middle.id]);
    await ann.finish(middle.id);
    await ann.delete(`/${middle.id}`);
    await ann.submit();
    expect(ids(await history(ann, `cursor=${first.nextCursor}`))).toEqual([oldest.id]);
  });

  it("has 20 rows per page by default", async () => {
    const server = await testServer({ limits: { rate: false, maxActive: 30 } });
    const ann = server.as("ann");
    for (let index = 0; index < 21; index += 1) await ann.submit();
    const page = await history(ann);
    expect(page.generations).toHaveLength(20);
    expect(page.nextCursor).not.toBeNull();
  });

  it("filters by status, model and scope", async () => {
    const ann = (await testServer()).as("ann");
    const done = await ann.submit({ prompt: "x" }, { scope: "poster" });
    await ann.finish(done.id);
    const pending = await ann.submit();
    expect(ids(await history(ann, "status=completed"))).toEqual([done.id]);
    expect(ids(await history(ann, "status=pending"))).toEqual([pending.id]);
    expect(ids(await history(ann, "scope=poster"))).toEqual([done.id]);
    expect(ids(await history(ann, "model=flux"))).toEqual([pending.id, done.id]);
    expect(ids(await history(ann, "model=other"))).toEqual([]);
  });

  it("omits deleted generations", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    await ann.delete(`/${id}`);
    expect(await history(ann)).toMatchObject({ generations: [], nextCursor: null });
  });
});

describe("GET /credits", () => {
  const credits = async (caller: TestCaller, query = ""): Promise<CreditsResponse> =>
    bodyOf<CreditsResponse>(await caller.get(`/credits?${query}`));

  it("returns the initial grant for an account without a row", async () => {
    const ann = (await testServer()).as("ann");
    const { ownerTag } = await history(ann);
    expect(await credits(ann)).toEqual({ balance: 100, entries: [], nextCursor: null, ownerTag });
  });

  it("lists every movement, newest first, with the amount of a refund", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    const { balance, entries } = await credits(ann);
    for (const { id: entryId } of entries) expect(entryId).toMatch(/^led_[\w-]{22}$/);
    expect(balance).toBe(100);
    expect(entries.map(({ kind, amount, generationId }) => ({ kind, amount, generationId }))).toEqual([
      { kind: "refund", amount: 4, generationId: id },
      { kind: "debit", amount: -4, generationId: id },
      { kind: "grant", amount: 100, generationId: null },
    ]);
  });

  it("pages with its own cursor", async () => {
    const ann = (await testServer()).as("ann");
    await ann.submit();
    await ann.submit();
    const first = await credits(ann, "limit=2");
    const second = await credits(ann, `limit=2&cursor=${first.nextCursor}`);
    expect([...first.entries, ...second.entries].map(({ kind }) => kind)).toEqual(["debit", "debit", "grant"]);
    expect(second.nextCursor).toBeNull();
  });

  it("hides the generation ids of a shared account's other owners", async () => {
    const server = await testServer({
      identify: ({ headers }) => ({ ownerId: headers.get("authorization") ?? "", accountId: "team" }),
    });
    const { id } = await server.as("ann").submit();
    const theirs = await credits(server.as("bob"));
    expect(theirs.balance).toBe(96);
    expect(theirs.entries.every(({ generationId }) => generationId === null)).toBe(true);
    const mine = await credits(server.as("ann"));
    expect(mine.entries.map(({ generationId }) => generationId)).toContain(id);
  });
});
