import { describe, expect, it } from "vitest";
import { type CreateStore, output, withStore } from "../scenario.js";

const query = { ownerId: "ada", limit: 2, after: null, status: null, model: null, scope: null };

/** Contract of the reads of one generation and of the history, and of `remove`. */
export function describeHistoryReads(create: CreateStore): void {
  describe("get", () => {
    it(
      "returns a generation to its owner only",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ id });
        expect(await store.get({ ownerId: "bob", id })).toBeNull();
        expect(await store.get({ ownerId: "ada", id: scenario.id() })).toBeNull();
      }),
    );
  });

  describe("list", () => {
    it(
      "pages newest first, and stays consistent during inserts and deletes",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 4; count += 1) ids.push(await scenario.completed(advance));
        await scenario.accepted({ ownerId: "bob" });

        const first = await store.list(query);
        expect(first.generations.map(({ id }) => id)).toEqual([ids[3], ids[2]]);
        expect(first.hasMore).toBe(true);
        expect(first.sequence).toBe((await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 100 })).sequence);

        await scenario.accepted();
        await store.remove({ ownerId: "ada", id: ids[2] ?? "" });
        const second = await store.list({ ...query, after: ids[2] ?? "" });
        expect(second.generations.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
        expect(second.hasMore).toBe(false);
        expect(second.sequence).toBe(first.sequence + 2);
      }),
    );

    it(
      "ends a page early when inputs are large, and skips none",
      withStore(create, async ({ scenario, store }) => {
        const ids: string[] = [];
        for (let count = 0; count < 5; count += 1) {
          ids.unshift(await scenario.accepted({ input: { prompt: "x".repeat(600_000) } }));
        }
        const large = { ...query, limit: 10 };
        const first = await store.list(large);
        const second = await store.list({ ...large, after: ids[1] ?? "" });
        const third = await store.list({ ...large, after: ids[3] ?? "" });
        const pages = [first, second, third].map(({ generations }) => generations.map(({ id }) => id));
        expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
        expect([first, second, third].map(({ hasMore }) => hasMore)).toEqual([true, true, false]);
      }),
    );

    it(
      "ends a page early when its generations have many outputs, and skips none",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 5; count += 1) {
          const claim = await scenario.storing(advance, { requestedOutputs: 600, credits: 0 });
          const outputs = Array.from({ length: 600 }, (_, index) => output({ index }));
          await scenario.settle(claim, { type: "completed", outputs });
          ids.unshift(claim.generation.id);
        }
        const many = { ...query, limit: 10 };
        const first = await store.list(many);
        const second = await store.list({ ...many, after: ids[1] ?? "" });
        expect(first).toMatchObject({ generations: [{ id: ids[0] }, { id: ids[1] }], hasMore: true });
        expect(second).toMatchObject({ generations: [{ id: ids[2] }, { id: ids[3] }], hasMore: true });
        const changes = await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 10 });
        expect(changes.changed).toHaveLength(2);
      }),
    );

    it(
      "returns a generation that exceeds the page size in bytes",
      withStore(create, async ({ scenario, store }) => {
        const small = await scenario.accepted();
        const large = await scenario.accepted({ input: { prompt: "x".repeat(1_500_000) } });
        const first = await store.list(query);
        expect(first).toMatchObject({ generations: [{ id: large }], hasMore: true });
        const second = await store.list({ ...query, after: large });
        expect(second).toMatchObject({ generations: [{ id: small }], hasMore: false });
      }),
    );

    it(
      "filters by status, model and scope",
      withStore(create, async ({ scenario, store, advance }) => {
        const completed = await scenario.completed(advance);
        const { id: processing } = await scenario.running();
        const pending = await scenario.accepted({ scope: "poster", model: "other" });
        const canceled = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: canceled });
        const ids = async (change: Partial<Parameters<typeof store.list>[0]>) =>
          (await store.list({ ...query, limit: 10, ...change })).generations.map(({ id }) => id);

        expect(await ids({ status: "pending" })).toEqual([pending]);
        expect(await ids({ status: "processing" })).toEqual([processing]);
        expect(await ids({ status: "completed" })).toEqual([completed]);
        expect(await ids({ status: "canceled" })).toEqual([canceled]);
        expect(await ids({ status: "failed" })).toEqual([]);
        expect(await ids({ model: "other" })).toEqual([pending]);
        expect(await ids({ scope: "poster" })).toEqual([pending]);
        expect(await ids({ scope: "poster", status: "completed" })).toEqual([]);
      }),
    );
  });

  describe("remove", () => {
    it(
      "deletes the content and keeps the ledger",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        expect(await store.remove({ ownerId: "ada", id })).toMatchObject({ type: "removed" });
        expect(await store.get({ ownerId: "ada", id })).toBeNull();
        expect(await store.getOutput({ id, index: 0 })).toBeNull();
        expect(await store.list(query)).toMatchObject({ generations: [] });
        expect(await store.requestCancel({ ownerId: "ada", id })).toBeNull();
        expect(await scenario.balance()).toBe(96);
        expect(await store.remove({ ownerId: "ada", id })).toMatchObject({ type: "removed" });
        expect((await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 10 })).sequence).toBe(4);
      }),
    );

    it(
      "refuses active generations, and other owners",
      withStore(create, async ({ scenario, store, advance }) => {
        const active = await scenario.accepted();
        expect(await store.remove({ ownerId: "ada", id: active })).toMatchObject({ type: "not_terminal" });
        await store.requestCancel({ ownerId: "ada", id: active });
        const ended = await scenario.completed(advance);
        expect(await store.remove({ ownerId: "bob", id: ended })).toMatchObject({ type: "not_found" });
        expect(await store.remove({ ownerId: "ada", id: scenario.id() })).toMatchObject({ type: "not_found" });
        expect(await store.get({ ownerId: "ada", id: ended })).not.toBeNull();
      }),
    );
  });
}
