import { describe, expect, it } from "vitest";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const crew = "team:crew";
const shared = { teamId: "crew" };
const benShares = { ownerId: "ben", accountId: "ada", teamId: "crew" };

/** Contract of the galleries of teams. */
export function describeTeams(create: CreateStore): void {
  const active = ({ store }: Given, ownerId: string) =>
    store.listActive({
      ownerId,
      scope: null,
      activeLimit: 10,
      unseenLimit: 10,
      unseenForMs: 1_000_000,
      maxUnseenCount: 10,
    });
  const list = ({ store }: Given, query: Partial<Parameters<typeof store.list>[0]> = {}) =>
    store.list({ ownerId: crew, limit: 10, after: null, status: null, model: null, scope: null, ...query });
  const idsOf = ({ generations }: { readonly generations: readonly { readonly id: string }[] }) =>
    generations.map(({ id }) => id);

  describe("the gallery of a team", () => {
    it(
      "has the shared generations of all members in its own order, and no others",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const own = await scenario.accepted({ teamId: null });
        const first = await scenario.accepted(shared);
        const second = await scenario.accepted(benShares);
        const other = await scenario.accepted({ ...benShares, teamId: "band" });

        const { changed, sequence, resync } = await scenario.changes(crew);
        expect(changed.map(({ id, sequence }) => [id, sequence])).toEqual([
          [first, 1],
          [second, 2],
        ]);
        expect({ sequence, resync }).toEqual({ sequence: 2, resync: false });
        expect(changed).toMatchObject([
          { ownerId: "ada", galleryId: crew, teamId: "crew" },
          { ownerId: "ben", galleryId: crew, teamId: "crew" },
        ]);
        expect(idsOf(await list(given))).toEqual([second, first]);
        expect(idsOf({ generations: (await active(given, crew)).active })).toEqual([second, first]);
        // The submitter has them in the own gallery, too, with the own sequence.
        expect(await store.get({ ownerId: "ben", id: second })).toMatchObject({ galleryId: "ben", sequence: 1 });
        expect(await store.get({ ownerId: crew, id: second })).toMatchObject({ galleryId: crew, sequence: 2 });
        for (const id of [own, other]) expect(await store.get({ ownerId: crew, id })).toBeNull();
        const { sequences } = await store.sequencesOf([crew, "team:band", "team:none"]);
        expect([...sequences].toSorted()).toEqual([
          ["team:band", 1],
          [crew, 2],
        ]);
      }),
    );

    it(
      "continues its log with each change of a shared generation",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        let last = 0;
        const expectChange = async (id: string) => {
          const { changed, deleted, sequence } = await scenario.changes(crew, last);
          expect([...changed, ...deleted].map((change) => change.id)).toEqual([id]);
          expect(sequence).toBeGreaterThan(last);
          last = sequence;
          return changed[0]?.state ?? "deleted";
        };
        const { id, attemptToken } = await scenario.running(benShares);
        expect(await expectChange(id)).toBe("running");
        advance(1_000);
        const polled = await scenario.claimOne(id);
        const progress = { value: 0.5, source: "provider", queuePosition: null, preview: null } as const;
        await scenario.park(polled, { progress });
        expect(await expectChange(id)).toBe("running");
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await scenario.result(claim, attemptToken);
        await scenario.settle(claim, { type: "failed", code: "provider_failed" });
        expect(await expectChange(id)).toBe("failed");
        await store.remove({ ownerId: "ben", id });
        expect(await expectChange(id)).toBe("deleted");

        const canceled = await scenario.accepted(shared);
        expect(await expectChange(canceled)).toBe("queued");
        await store.requestCancel({ ownerId: "ada", id: canceled });
        expect(await expectChange(canceled)).toBe("canceled");
        await store.transferOwner({ from: "ada", to: "carl", credits: "leave", initialGrant: 0 });
        expect(await expectChange(canceled)).toBe("canceled");
      }),
    );

    it(
      "does not receive that the submitter has seen an end",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const id = await scenario.completed(advance, shared);
        const { sequence } = await scenario.changes(crew);
        const { version } = (await store.get({ ownerId: "ada", id })) ?? {};
        await store.markSeen({ ownerId: "ada", ids: [id] });
        expect((await store.get({ ownerId: "ada", id }))?.version).toBeGreaterThan(version ?? 0);
        expect(await scenario.changes(crew, sequence)).toMatchObject({ changed: [], sequence });
        // The next change continues the log.
        await store.remove({ ownerId: "ada", id });
        expect(await scenario.changes(crew, sequence)).toMatchObject({ deleted: [{ id }], sequence: sequence + 1 });
      }),
    );

    it(
      "is named by the commands that change generations of its members, also by repeats",
      withStore(create, async ({ scenario, store, advance }) => {
        const dayMs = 86_400_000;
        const own = await scenario.completed(advance, { teamId: null });
        const removed = await scenario.completed(advance, shared);
        for (const [id, teamId] of [
          [own, null],
          [removed, "crew"],
        ] as const) {
          for (let time = 0; time < 2; time += 1) {
            expect(await store.remove({ ownerId: "ada", id })).toEqual({ type: "removed", teamId });
          }
        }
        await scenario.completed(advance, benShares);
        await scenario.completed(advance, { ...benShares, teamId: "band" });
        advance(dayMs);
        const { ownerIds, teamIds } = await store.purgeGenerations({ endedForMs: dayMs, limit: 10 });
        expect([ownerIds, teamIds.toSorted()]).toEqual([expect.arrayContaining(["ben"]), ["band", "crew", "everyone"]]);

        const leave = { credits: "leave", initialGrant: 0 } as const;
        await scenario.accepted({ ownerId: "guest", accountId: "ada", teamId: null });
        const alone = { type: "transferred", teamIds: [] };
        expect(await store.transferOwner({ ...leave, from: "guest", to: "carl" })).toEqual(alone);
        const moved = { type: "transferred", teamIds: ["band", "crew"] };
        expect(await store.transferOwner({ ...leave, from: "ben", to: "carl" })).toEqual(moved);
        const erase = { ownerId: "carl", limit: 10, models: [], ownerMarks: [] };
        const erased = await store.eraseOwner({ ...erase, pseudonym: "deleted_1" });
        expect(erased.teamIds.toSorted()).toEqual(["band", "crew"]);
        expect((await store.eraseOwner({ ...erase, pseudonym: "deleted_2" })).teamIds).toEqual([]);
      }),
    );

    it(
      "lists by status, with a cursor",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const completed = await scenario.completed(advance, shared);
        const { id: processing } = await scenario.running(benShares);
        const canceled = await scenario.accepted(shared);
        await store.requestCancel({ ownerId: "ada", id: canceled });
        const pending = await scenario.accepted(benShares);
        for (const [status, id] of Object.entries({ completed, processing, canceled, pending })) {
          expect(idsOf(await list(given, { status: status as "completed" }))).toEqual([id]);
        }
        expect(idsOf(await list(given, { status: "failed" }))).toEqual([]);
        const page = await list(given, { limit: 2 });
        expect([idsOf(page), page.hasMore]).toEqual([[pending, canceled], true]);
        expect(idsOf(await list(given, { after: canceled }))).toEqual([processing, completed]);
        expect(await active(given, crew)).toMatchObject({ unseen: [], unseenCount: 0 });
      }),
    );

    it(
      "receives the erasure of a member as deletions, also of active generations",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const completed = await scenario.completed(advance, benShares);
        const { id: running } = await scenario.running(benShares);
        const kept = await scenario.accepted(shared);
        const { sequence } = await scenario.changes(crew);
        await store.requestCancel({ ownerId: "ben", id: running });
        await store.eraseOwner({ ownerId: "ben", pseudonym: "deleted_1", limit: 10, models: [], ownerMarks: [] });
        const { deleted } = await scenario.changes(crew, sequence);
        expect(deleted.map(({ id }) => id).toSorted()).toEqual([completed, running].toSorted());
        expect(idsOf(await list(given))).toEqual([kept]);
        expect(idsOf({ generations: (await active(given, crew)).active })).toEqual([kept]);
      }),
    );

    it(
      "gives each change its own sequence while members write at once",
      withStore(create, async ({ scenario }) => {
        const members = ["ada", "ben", "carl"];
        const submits = members.flatMap((ownerId) => [1, 2, 3].map(() => ({ ownerId, accountId: "ada", ...shared })));
        const ids = await Promise.all(submits.map((submit) => scenario.accepted(submit)));
        await Promise.all(
          ids.map((id, index) => scenario.store.requestCancel({ ownerId: members[Math.floor(index / 3)] ?? "", id })),
        );
        const { changed, sequence } = await scenario.changes(crew);
        expect(changed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
        const sequences = changed.map((change) => change.sequence);
        expect(new Set(sequences).size).toBe(ids.length);
        expect([Math.max(...sequences), sequence]).toEqual([2 * ids.length, 2 * ids.length]);
      }),
    );
  });
}
