import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";
import { everything } from "./operator.js";

/** Contract of the counts and lists of active generations. Each store has three canceled generations of `zoe` from the start. */
export function describeOperatorOverview(create: CreateStore): void {
  describe("activeModels", () => {
    it(
      "lists the models of active generations, also of those that wait at a gate",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        expect(await store.activeModels()).toEqual([]);
        for (const model of ["video", "video", "demo"])
          await scenario.accepted({ model, gate: model === "demo" ? null : "g" });
        await scenario.accepted({ model: "demo", gate: "g" });
        expect((await store.activeModels()).toSorted()).toEqual(["demo", "video"]);
      }),
    );
  });

  describe("readOverview", () => {
    it(
      "counts active generations by state, and all by interval, model and end",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        await scenario.running({ deadlineMs: 30_000 });
        await scenario.accepted();
        advance(31_000);
        const overview = await store.readOverview({ from: 0, intervalMs: 10_000_000_000_000, scanLimit: 1_000 });
        const active = overview.active.toSorted((a, b) => a.state.localeCompare(b.state));
        expect(active).toMatchObject([
          { state: "queued", model: "demo", count: 1, stuck: 0 },
          { state: "running", model: "demo", count: 1, stuck: 1 },
        ]);
        expect(overview.counted).toBe(6);
        expect(overview.outcomes).toContainEqual({
          interval: 0,
          model: "demo",
          state: "completed",
          failureCode: null,
          count: 1,
          credits: 4,
          refundedCredits: 0,
        });
      }),
    );

    it(
      "counts the active generations of the owners that wait, those with the most first",
      withStore(create, async ({ scenario, store }) => {
        await scenario.running({ ownerId: "bob" });
        await scenario.running({ ownerId: "cay" });
        // No worker and no provider has one between two attempts, or a scheduled one.
        const failed = await scenario.accepted({ ownerId: "bob" });
        const claim = await scenario.claimOne(failed);
        await scenario.intent(claim, scenario.token());
        await scenario.park(claim, { to: "retry_wait", dueInMs: 60_000 });
        await scenario.accepted({ ownerId: "bob", notBefore: 2 ** 42 });
        for (const ownerId of ["ada", "bob", "bob"]) await scenario.accepted({ ownerId });
        const { waitingOwners } = await store.readOverview({ from: 0, intervalMs: 1_000, scanLimit: 1_000 });
        expect(waitingOwners).toEqual([
          { ownerId: "bob", waiting: 2, inProgress: 1 },
          { ownerId: "ada", waiting: 1, inProgress: 0 },
        ]);
      }),
    );

    it(
      "counts a wait of a minute as stuck only where no attempt of its gate is in flight",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.running({ gate: "busy" });
        for (const gate of ["busy", "idle", "idle", null]) await scenario.accepted({ gate });
        const read = async () => {
          const query = { from: 0, intervalMs: 1_000, scanLimit: 1_000, listLimit: 9 };
          const { active, stuck } = await store.readOverview(query);
          return [active.reduce((sum, row) => sum + row.stuck, 0), stuck];
        };
        expect(await read()).toEqual([0, []]);
        advance(61_000);
        const { generations } = await store.findGenerations({ ...everything, isStuck: true });
        expect(generations).toHaveLength(3);
        expect(await read()).toEqual([3, generations]);
      }),
    );

    it(
      "counts a generation as stuck whose result was ready five minutes ago, and is not stored",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = (await scenario.storing(advance)).generation;
        // It runs for as long, and has no result.
        await scenario.running();
        const stuck = async () => {
          for (const claim of await scenario.claim()) {
            const to = claim.generation.id === id ? "storing" : "running";
            await scenario.park(claim, { to, dueInMs: 30_000 });
          }
          const { active } = await store.readOverview({ from: 0, intervalMs: 1_000, scanLimit: 1_000 });
          const { generations } = await store.findGenerations({ ...everything, isStuck: true });
          expect(active.reduce((sum, row) => sum + row.stuck, 0)).toBe(generations.length);
          return generations.map((generation) => generation.id);
        };
        advance(299_000);
        expect(await stuck()).toEqual([]);
        advance(40_000);
        expect(await stuck()).toEqual([id]);
      }),
    );

    it(
      "lists the newest slow and stuck generations, up to a limit",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (const deadlineMs of [30_000, 90_000, 30_000]) ids.push((await scenario.running({ deadlineMs })).id);
        await scenario.accepted();
        advance(31_000);
        const query = { from: 0, intervalMs: 1_000, scanLimit: 1_000 };
        const listed = async (change: object) => {
          const { slow, stuck } = await store.readOverview({ ...query, ...change });
          return [slow, stuck].map((list) => list.map(({ id }) => ids.indexOf(id)));
        };
        const slowerThan = { demo: 30_000 };
        expect(await listed({ listLimit: 2, slowerThan })).toEqual([
          [2, 1],
          [2, 0],
        ]);
        expect(await listed({ listLimit: 9, slowerThan })).toMatchObject([[2, 1, 0], { length: 2 }]);
        expect(await listed({ listLimit: 9, slowerThan: { demo: 32_000, other: 1 } })).toEqual([[], [2, 0]]);
        expect(await listed({ slowerThan })).toEqual([[], []]);
      }),
    );

    it(
      "counts at most scanLimit rows",
      withStore(create, async ({ scenario, store }) => {
        for (let count = 0; count < 4; count += 1) await scenario.accepted();
        const overview = await store.readOverview({ from: 0, intervalMs: 1_000, scanLimit: 2 });
        expect(overview.counted).toBe(2);
        expect(overview.active).toMatchObject([{ state: "queued", count: 2 }]);
      }),
    );
  });
}
