import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

const query = {
  ownerId: "ada",
  scope: null,
  activeLimit: 100,
  unseenLimit: 20,
  unseenForMs: 60_000,
  maxUnseenCount: 100,
};

/** Contract of the reads of active and unseen generations, and of the change log. */
export function describeActiveReads(create: CreateStore): void {
  describe("listActive", () => {
    it(
      "returns active generations, newest first, and unseen ones",
      withStore(create, async ({ scenario, store, advance }) => {
        const ended = await scenario.completed(advance);
        const older = await scenario.accepted();
        const newer = await scenario.accepted();
        await scenario.accepted({ ownerId: "bob" });
        const list = await store.listActive(query);
        expect(list.active.map(({ id }) => id)).toEqual([newer, older]);
        expect(list.unseen.map(({ id }) => id)).toEqual([ended]);
        expect(list).toMatchObject({ unseenCount: 1, sequence: 5 });
      }),
    );

    it(
      "filters by scope",
      withStore(create, async ({ scenario, store }) => {
        const poster = await scenario.accepted({ scope: "poster" });
        await scenario.accepted();
        const ended: string[] = [];
        for (const scope of ["poster", null]) {
          const id = await scenario.accepted({ scope });
          await store.requestCancel({ ownerId: "ada", id });
          ended.push(id);
        }
        const list = await store.listActive({ ...query, scope: "poster" });
        expect(list.active.map(({ id }) => id)).toEqual([poster]);
        expect(list.unseen.map(({ id }) => id)).toEqual(ended.slice(0, 1));
        expect(list.unseenCount).toBe(1);
      }),
    );

    it(
      "counts unseen generations up to a limit, returns the newest, and omits those that ended too long ago",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) {
          ids.push(await scenario.completed(advance));
          advance(1_000);
        }
        const list = await store.listActive({ ...query, unseenLimit: 2 });
        expect(list.unseen.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
        expect(list.unseenCount).toBe(3);
        expect(await store.listActive({ ...query, maxUnseenCount: 2 })).toMatchObject({ unseenCount: 2 });
        advance(60_000);
        expect(await store.listActive(query)).toMatchObject({ unseen: [], unseenCount: 0 });
      }),
    );

    it.each([
      { cut: "bytes", limits: query, size: 600_000 },
      { cut: "number", limits: { ...query, activeLimit: 2 }, size: 1 },
    ])("returns a page of active generations limited by $cut, and the rest as changes after it", ({ limits, size }) =>
      withStore(create, async ({ scenario, store }) => {
        const ids: string[] = [];
        for (let count = 0; count < 4; count += 1) {
          ids.push(await scenario.accepted({ input: { prompt: "x".repeat(size) } }));
        }
        const [first = "", second, third, fourth] = ids;
        // Its end assigns the next sequence to the oldest generation.
        await store.requestCancel({ ownerId: "ada", id: first });
        const list = await store.listActive(limits);
        expect(list.active.map(({ id }) => id)).toEqual([third, second]);
        expect(list).toMatchObject({ hasMore: true, sequence: 3 });
        const rest = await store.changedAfter({ ownerId: "ada", sequence: list.sequence, limit: 10 });
        expect(rest.changed.map(({ id }) => id)).toEqual([fourth, first]);
        for (const id of [second, third]) await store.requestCancel({ ownerId: "ada", id: id ?? "" });
        expect(await store.listActive(limits)).toMatchObject({ active: [{ id: fourth }], hasMore: false, sequence: 7 });
      })(),
    );

    it(
      "returns fewer unseen generations when inputs are large, and counts all",
      withStore(create, async ({ scenario, store }) => {
        for (let count = 0; count < 3; count += 1) {
          const id = await scenario.accepted({ input: { prompt: "x".repeat(600_000) } });
          await store.requestCancel({ ownerId: "ada", id });
        }
        const list = await store.listActive(query);
        expect(list.unseen).toHaveLength(2);
        expect(list.unseenCount).toBe(3);
      }),
    );

    it(
      "returns empty lists for an unknown owner",
      withStore(create, async ({ store }) => {
        expect(await store.listActive(query)).toMatchObject({ active: [], unseen: [], unseenCount: 0, sequence: 0 });
      }),
    );
  });

  describe("markSeen", () => {
    it(
      "marks the owner's ended generations once, each with its own sequence",
      withStore(create, async ({ scenario, store, advance }) => {
        const first = await scenario.completed(advance);
        const second = await scenario.completed(advance);
        const running = await scenario.accepted();
        const ids = [second, first, running, scenario.id()];
        await store.markSeen({ ownerId: "bob", ids });
        expect((await store.listActive(query)).unseenCount).toBe(2);
        await store.markSeen({ ownerId: "ada", ids: [running] });
        expect((await store.listActive(query)).unseenCount).toBe(2);

        await store.markSeen({ ownerId: "ada", ids });
        const { unseenCount, sequence } = await store.listActive(query);
        expect({ unseenCount, sequence }).toEqual({ unseenCount: 0, sequence: 9 });
        const { changed } = await store.changedAfter({ ownerId: "ada", sequence: 7, limit: 10 });
        expect(changed.map((generation) => [generation.id, generation.sequence])).toEqual([
          [first, 8],
          [second, 9],
        ]);

        await store.markSeen({ ownerId: "ada", ids });
        expect((await store.listActive(query)).sequence).toBe(9);
      }),
    );
  });

  describe("sequencesOf", () => {
    it(
      "returns the sequence of each known owner",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted();
        await scenario.accepted();
        await scenario.accepted({ ownerId: "bob" });
        expect((await store.sequencesOf(["ada", "bob", "unknown"])).sequences).toEqual(
          new Map([
            ["ada", 2],
            ["bob", 1],
          ]),
        );
        expect((await store.sequencesOf([])).sequences).toEqual(new Map());
      }),
    );
  });

  describe("changedAfter", () => {
    it(
      "returns each changed generation once, in its newest version, oldest change first",
      withStore(create, async ({ scenario, store }) => {
        const first = await scenario.accepted();
        const second = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: first });
        const list = await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 10 });
        expect(list.changed.map(({ id, state }) => [id, state])).toEqual([
          [second, "queued"],
          [first, "canceled"],
        ]);
        expect(list).toMatchObject({ sequence: 3, hasMore: false, deleted: [] });
        expect(await store.changedAfter({ ownerId: "ada", sequence: 3, limit: 10 })).toMatchObject({ changed: [] });
      }),
    );

    it(
      "continues after the last sequence of a page",
      withStore(create, async ({ scenario, store }) => {
        for (let count = 0; count < 3; count += 1) await scenario.accepted();
        const page = await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 2 });
        expect(page).toMatchObject({ sequence: 2, hasMore: true });
        const rest = await store.changedAfter({ ownerId: "ada", sequence: page.sequence, limit: 2 });
        expect(rest.changed).toHaveLength(1);
      }),
    );

    it(
      "ends a page early when inputs are large, and continues after it",
      withStore(create, async ({ scenario, store }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) {
          ids.push(await scenario.accepted({ input: { prompt: "x".repeat(600_000) } }));
        }
        const page = await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 10 });
        expect(page.changed.map(({ id }) => id)).toEqual(ids.slice(0, 2));
        expect(page).toMatchObject({ sequence: 2, hasMore: true });
        const rest = await store.changedAfter({ ownerId: "ada", sequence: page.sequence, limit: 10 });
        expect(rest.changed.map(({ id }) => id)).toEqual(ids.slice(2));
        expect(rest).toMatchObject({ sequence: 3, hasMore: false });
      }),
    );

    it(
      "returns deleted generations",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id });
        const list = await store.changedAfter({ ownerId: "ada", sequence: 3, limit: 10 });
        expect(list).toMatchObject({ changed: [], deleted: [{ id, sequence: 4 }], sequence: 4 });
      }),
    );
  });
}
