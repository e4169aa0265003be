import { describe, expect, it } from "vitest";
import type { FindGenerationsQuery, FoundGenerations } from "../../../src/lib/ports/store/operator-store.js";
import { type CreateStore, output, withStore } from "../scenario.js";

/** A search without a filter. */
export const everything: FindGenerationsQuery = {
  states: null,
  isStarted: null,
  isStuck: false,
  slowerThan: null,
  models: null,
  providerIds: null,
  failureCodes: null,
  ownerId: null,
  accountId: null,
  from: null,
  to: null,
  before: null,
  limit: 20,
  scanLimit: 1_000,
};

/** Contract of the reads of operators. Each store has three canceled generations of `zoe` from the start. */
export function describeOperator(create: CreateStore): void {
  describe("findGenerations", () => {
    it(
      "lists the generations of all owners, newest first, in pages without gaps",
      withStore(create, async ({ scenario, store }) => {
        for (const ownerId of ["ada", "bob", "ada"]) await scenario.accepted({ ownerId });
        const ids: string[] = [];
        let before: string | null = null;
        do {
          const page = await store.findGenerations({ ...everything, before, limit: 2 });
          expect(page.isCut).toBe(false);
          ids.push(...page.generations.map(({ id }) => id));
          before = page.next;
        } while (before !== null);
        expect(ids).toHaveLength(6);
        expect(ids).toEqual(ids.toSorted().reverse());
      }),
    );

    it(
      "combines filters",
      withStore(create, async ({ scenario, store, advance }) => {
        const done = await scenario.completed(advance);
        const { id: running } = await scenario.running({ ownerId: "bob" });
        const queued = await scenario.accepted({ ownerId: "bob", model: "other" });
        const find = async (filter: Partial<FindGenerationsQuery>) =>
          (await store.findGenerations({ ...everything, ...filter })).generations.map(({ id }) => id);
        expect(await find({ states: ["completed"] })).toEqual([done]);
        expect(await find({ states: ["queued", "running"] })).toEqual([queued, running]);
        expect(await find({ states: ["queued", "running"], isStarted: false })).toEqual([queued]);
        expect(await find({ ownerId: "bob" })).toEqual([queued, running]);
        expect(await find({ states: ["completed", "queued", "running"], isStarted: false })).toEqual([queued, done]);
        expect(await find({ ownerId: "bob", models: ["demo"] })).toEqual([running]);
        expect(await find({ models: ["demo", "other"], states: ["queued", "running"] })).toEqual([queued, running]);
        expect(await find({ providerIds: ["p"] })).toEqual([running, done]);
        expect(await find({ providerIds: ["other", "p"] })).toEqual([running, done]);
        expect(await find({ accountId: "ada" })).toEqual([done]);
        expect(await find({ failureCodes: ["internal", "expired"] })).toEqual([]);
        expect(await find({ from: 2 ** 40 })).toEqual([]);
        expect(await find({ to: 0, models: ["demo"] })).toEqual([]);
      }),
    );

    it(
      "filters by the provider of the latest attempt",
      withStore(create, async ({ scenario, store }) => {
        const attempts = async (...providers: readonly string[]) => {
          const id = await scenario.accepted();
          for (const providerId of providers) {
            const claim = await scenario.claimOne(id);
            const command = { id, epoch: claim.generation.epoch, token: scenario.token(), providerId, starts: false };
            const attemptToken = scenario.token();
            await store.recordIntent({ ...command, attemptToken, expectedInMs: null, isEstimated: false });
            await scenario.park(claim, { to: "retry_wait", dueInMs: 0 });
          }
          return id;
        };
        const ids = [await attempts("p", "q"), await attempts("p"), await attempts("q")];
        const find = async (providerId: string) =>
          (await store.findGenerations({ ...everything, providerIds: [providerId] })).generations.map(({ id }) =>
            ids.indexOf(id),
          );
        expect([await find("p"), await find("q")]).toEqual([[1], [2, 0]]);
      }),
    );

    it(
      "reads only generations of the requested span and page, and none that is deleted",
      withStore(create, async ({ scenario, store }) => {
        const ids: string[] = [];
        for (let count = 0; count < 4; count += 1) ids.push(await scenario.accepted());
        const [first = "", second = "", third = "", fourth = ""] = ids;
        const find = async (query: Partial<FindGenerationsQuery>) => {
          const found = await store.findGenerations({ ...everything, ...query });
          return [found.generations.map(({ id }) => id), found.isCut];
        };
        const later = { from: 2 ** 40, models: ["demo"], scanLimit: 2 };
        expect(await find(later)).toEqual([[], false]);
        expect(await find({ ...later, ownerId: "ada" })).toEqual([[], false]);
        expect(await find({ from: 2 ** 40, states: ["queued"] })).toEqual([[], false]);
        expect(await find({ before: second, states: ["queued"] })).toEqual([[first], false]);
        expect(await find({ before: second, ownerId: "ada", limit: 1 })).toEqual([[first], false]);
        for (const id of [second, third, fourth]) {
          await store.requestCancel({ ownerId: "ada", id });
          await store.remove({ ownerId: "ada", id });
        }
        expect(await find({ ownerId: "ada", limit: 1 })).toEqual([[first], false]);
        expect((await store.findGenerations(everything)).generations).toHaveLength(4);
      }),
    );

    it(
      "reads at most scanLimit rows, and continues where it stopped",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted({ model: "rare" });
        for (let count = 0; count < 5; count += 1) await scenario.accepted();
        const query = { ...everything, models: ["rare"], scanLimit: 4 };
        const first = await store.findGenerations(query);
        expect(first).toMatchObject({ generations: [], isCut: true });
        const second = await store.findGenerations({ ...query, before: first.next });
        expect(second.generations).toEqual([]);
        const third = await store.findGenerations({ ...query, before: second.next });
        expect(third.generations.map((found) => found.id)).toEqual([id]);
      }),
    );

    it(
      "reaches all active generations when more are active than scanLimit",
      withStore(create, async ({ scenario, store }) => {
        const ids: string[] = [];
        for (let count = 0; count < 7; count += 1) ids.push(await scenario.accepted());
        const found: string[] = [];
        let before: string | null = null;
        do {
          const query = { ...everything, states: ["queued"] as const, scanLimit: 3, before, limit: 2 };
          const page: FoundGenerations = await store.findGenerations(query);
          found.push(...page.generations.map(({ id }) => id));
          before = page.next;
        } while (before !== null);
        expect(found).toEqual(ids.toReversed());
      }),
    );

    it(
      "finds the generations that need an operator",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running({ deadlineMs: 30_000 });
        const find = async () => (await store.findGenerations({ ...everything, isStuck: true })).generations;
        expect(await find()).toEqual([]);
        advance(31_000);
        expect(await find()).toMatchObject([{ id, state: "running", providerId: "p", isLeased: false }]);
        const stuck = async () =>
          (await store.findGenerations({ ...everything, isStuck: true, ownerId: "ada" })).generations.length;
        expect(await stuck()).toBe(1);
        await store.requestCancel({ ownerId: "ada", id });
        await scenario.settle(await scenario.claimOne(id), { type: "canceled" });
        expect(await stuck()).toBe(0);
      }),
    );
  });

  describe("getDetail", () => {
    it(
      "returns a generation of any owner with its attempts and ledger entries",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.running({ ownerId: "bob" });
        const id = await scenario.completed(advance);
        const detail = await store.getDetail({ id });
        expect(detail).toMatchObject({
          generation: { id, ownerId: "ada", state: "completed", outputs: [output()] },
          summary: { id, providerId: "p", isLeased: false, dueAt: null },
          attempts: [{ number: 1, providerId: "p", costs: [] }],
          entries: [
            { kind: "debit", amount: -4 },
            { kind: "capture", amount: 0 },
          ],
          actions: [],
        });
        expect(await store.getDetail({ id: scenario.id() })).toBeNull();
      }),
    );

    it(
      "returns a deleted generation without its content",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id });
        const detail = await store.getDetail({ id });
        expect(detail).toMatchObject({ generation: { input: null, outputs: [] }, attempts: [{ operation: null }] });
        expect(detail?.summary.deletedAt).not.toBeNull();
      }),
    );
  });

  describe("a search of slow generations", () => {
    it(
      "finds active ones that started longer ago than the limit of their model",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        const { id } = await scenario.running();
        await scenario.accepted();
        advance(10_000);
        await scenario.running();
        const find = async (slowerThan: Readonly<Record<string, number>>) =>
          (await store.findGenerations({ ...everything, slowerThan })).generations.map((row) => row.id);
        expect(await find({ demo: 9_000 })).toEqual([id]);
        expect(await find({ demo: 11_000, other: 1 })).toEqual([]);
        expect(await find({})).toEqual([]);
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
        for (const ownerId of ["ada", "bob", "bob"]) await scenario.accepted({ ownerId });
        const { waitingOwners } = await store.readOverview({ from: 0, intervalMs: 1_000, scanLimit: 1_000 });
        expect(waitingOwners).toEqual([
          { ownerId: "bob", waiting: 2, inProgress: 1 },
          { ownerId: "ada", waiting: 1, inProgress: 0 },
        ]);
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
