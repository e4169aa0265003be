import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the reads and the claim with which a job engine delivers one generation. */
export function describeClaimOne(create: CreateStore): void {
  describe("claim of one generation", () => {
    it(
      "claims that generation and no other",
      withStore(create, async ({ scenario, advance }) => {
        const first = await scenario.accepted();
        advance(1);
        const second = await scenario.accepted();
        const claims = await scenario.claimOnly(second);
        expect(claims.map(({ generation }) => generation.id)).toEqual([second]);
        expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([first]);
      }),
    );

    it(
      "claims it once when several workers ask for it at the same time",
      withStore(create, async ({ scenario }) => {
        const id = await scenario.accepted();
        const claims = await Promise.all(Array.from({ length: 8 }, () => scenario.claimOnly(id)));
        expect(claims.flat()).toHaveLength(1);
      }),
    );

    it(
      "claims nothing if it is leased, parked, ended, unknown, or of another model",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        expect(await scenario.claimOnly(id, ["other"])).toEqual([]);
        const [claim] = await scenario.claimOnly(id);
        if (claim === undefined) throw new Error("The generation could not be claimed.");
        expect(await scenario.claimOnly(id)).toEqual([]);
        await scenario.park(claim, { dueInMs: 5_000 });
        expect(await scenario.claimOnly(id)).toEqual([]);
        advance(5_000);
        expect(await scenario.claimOnly(id)).toHaveLength(1);
        const other = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: other });
        expect(await scenario.claimOnly(other)).toEqual([]);
        expect(await scenario.claimOnly(scenario.id())).toEqual([]);
      }),
    );

    it(
      "claims it for any worker once its deadline has passed",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted({ deadlineMs: 60_000 });
        advance(60_000);
        expect(await scenario.claimOnly(id, [])).toHaveLength(1);
      }),
    );
  });

  describe("readDue", () => {
    it(
      "returns when a generation is due, and whether it is leased",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        advance(10);
        expect(await store.readDue({ id })).toEqual({ dueInMs: 0, isLeased: false, gate: null });
        const claim = await scenario.claimOne(id);
        expect(await store.readDue({ id })).toEqual({ dueInMs: 30_000, isLeased: true, gate: null });
        await scenario.park(claim, { dueInMs: 5_000 });
        expect(await store.readDue({ id })).toEqual({ dueInMs: 5_000, isLeased: false, gate: null });
      }),
    );

    it(
      "returns null for a generation that has ended, and for an unknown one",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id });
        expect(await store.readDue({ id })).toBeNull();
        expect(await store.readDue({ id: scenario.id() })).toBeNull();
      }),
    );
  });

  describe("listDue", () => {
    it(
      "lists generations that have been due for a while, the longest due first, up to the limit",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) {
          ids.push(await scenario.accepted());
          advance(1_000);
        }
        const list = (limit: number) => store.listDue({ models: ["demo"], forMs: 2_000, limit });
        expect(await list(10)).toEqual(ids.slice(0, 2));
        expect(await list(1)).toEqual(ids.slice(0, 1));
      }),
    );

    it(
      "lists an expired lease, but neither a live lease, a later generation, nor another model before its deadline",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const other = await scenario.accepted({ model: "other", deadlineMs: 60_000 });
        const list = () => store.listDue({ models: ["demo"], forMs: 2_000, limit: 10 });
        await scenario.claimOne(id);
        advance(31_999);
        expect(await list()).toEqual([]);
        advance(1);
        expect(await list()).toEqual([id]);
        await scenario.park(await scenario.claimOne(id), { dueInMs: 60_000 });
        expect(await list()).toEqual([]);
        advance(28_000);
        expect(await list()).toEqual([other]);
      }),
    );
  });
}
