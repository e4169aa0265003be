import { describe, expect, it } from "vitest";
import type { DueGeneration } from "../../../src/lib/ports/store/store-commands.js";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of claims and leases. */
export function describeClaim(create: CreateStore): void {
  describe("claim", () => {
    it(
      "returns a due generation to one worker only",
      withStore(create, async ({ scenario }) => {
        await scenario.accepted();
        const claims = await Promise.all(Array.from({ length: 8 }, () => scenario.claim()));
        expect(claims.flat()).toHaveLength(1);
        expect(claims.flat()[0]).toMatchObject({ attempt: null, generation: { epoch: 1, expiredLeases: 0 } });
      }),
    );

    it(
      "claims at most `limit` generations, the earliest due first",
      withStore(create, async ({ scenario, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) {
          ids.push(await scenario.accepted());
          advance(1);
        }
        const claims = await scenario.claim(2);
        expect(claims.map(({ generation }) => generation.id)).toEqual(ids.slice(0, 2));
        const rest = await scenario.claim(2);
        expect(rest.map(({ generation }) => generation.id)).toEqual(ids.slice(2));
      }),
    );

    it(
      "claims only the due generations that `choose` returns",
      withStore(create, async ({ scenario, store, advance }) => {
        const first = await scenario.accepted();
        advance(1);
        const second = await scenario.accepted({ ownerId: "bob", model: "other" });
        await scenario.accepted({ model: "unknown" });
        const offers: DueGeneration[] = [];
        const claim = (count: number) =>
          store.claim({
            models: ["demo", "other"],
            limit: 10,
            leaseMs: 30_000,
            token: scenario.token(),
            choose: (due) => {
              offers.push(...due);
              return due.slice(1, count);
            },
          });
        expect(await claim(1)).toEqual([]);
        expect((await claim(2)).map(({ generation }) => generation.id)).toEqual([second]);
        expect(offers.slice(0, 2)).toEqual([
          { id: first, ownerId: "ada", model: "demo", isLongCopy: false, isStart: true },
          { id: second, ownerId: "bob", model: "other", isLongCopy: false, isStart: true },
        ]);
        expect((await scenario.claimOne(first)).generation.epoch).toBe(1);
      }),
    );

    it(
      "offers a generation as a start until its first attempt, with or without a gate",
      withStore(create, async ({ scenario, store }) => {
        const submit = async () => [await scenario.accepted(), await scenario.accepted({ gate: "fal" })];
        const retries = await submit();
        for (const claim of await scenario.claim()) {
          await scenario.intent(claim);
          await scenario.park(claim, { to: "retry_wait", dueInMs: 0 });
        }
        const starts = await submit();
        let offers: readonly DueGeneration[] = [];
        const choose = (due: readonly DueGeneration[]) => {
          offers = due;
          return [];
        };
        await store.claim({ models: ["demo"], limit: 10, leaseMs: 30_000, token: scenario.token(), choose });
        const isStart = Object.fromEntries(offers.map((offer) => [offer.id, offer.isStart]));
        expect(isStart).toEqual(Object.fromEntries([...retries, ...starts].map((id) => [id, starts.includes(id)])));
      }),
    );

    it(
      "offers each owner's first due generation, even if another owner has many earlier ones",
      withStore(create, async ({ scenario, store, advance }) => {
        const free = { credits: 0, limits: { maxActive: null, rate: null, refunds: null } };
        for (let count = 0; count < 80; count += 1) await scenario.accepted(free);
        const others = new Map<string, string>();
        advance(1);
        for (let count = 10; count < 50; count += 1) {
          const ownerId = `owner-${count}`;
          others.set(ownerId, await scenario.accepted({ ...free, ownerId }));
          await scenario.accepted({ ...free, ownerId, model: "unknown" });
        }
        const offer = async (): Promise<readonly DueGeneration[]> => {
          let offered: readonly DueGeneration[] = [];
          const choose = (due: readonly DueGeneration[]) => {
            offered = due;
            return [];
          };
          await store.claim({ models: ["demo"], limit: 4, leaseMs: 30_000, token: scenario.token(), choose });
          return offered;
        };
        const seen = new Map<string, string>();
        for (let claims = 0; claims < 4; claims += 1) {
          const due = await offer();
          expect(new Set(due.map(({ id }) => id)).size).toBe(due.length);
          expect(due.length).toBeLessThan(100);
          for (const { id, ownerId } of due) if (ownerId !== "ada") seen.set(ownerId, id);
        }
        expect(seen).toEqual(others);
      }),
      60_000,
    );

    it(
      "offers long copies as such, and none to a claim without them, also among many due generations",
      withStore(create, async ({ scenario, store, advance }) => {
        const video = await scenario.storing(advance, { ownerId: "bob", kind: "video" });
        const image = await scenario.storing(advance, { ownerId: "bob" });
        await scenario.park(video, { to: "storing", dueInMs: 10_000 });
        await scenario.park(image, { to: "storing", dueInMs: 10_001 });
        for (let count = 0; count < 17; count += 1) await scenario.running();
        advance(60_000);
        const offered = async (longCopies: boolean | undefined, limit: number) => {
          let offers: readonly DueGeneration[] = [];
          const choose = (due: readonly DueGeneration[]) => {
            offers = due.filter(({ ownerId }) => ownerId === "bob");
            return [];
          };
          await store.claim({ models: ["demo"], limit, leaseMs: 30_000, token: scenario.token(), longCopies, choose });
          return offers.map(({ id, isLongCopy }) => [id, isLongCopy]);
        };
        const [videoId, imageId] = [video.generation.id, image.generation.id];
        expect(await offered(undefined, 20)).toEqual([
          [videoId, true],
          [imageId, false],
        ]);
        expect(await offered(false, 20)).toEqual([[imageId, false]]);
        // The read ends before them, so the first of each owner is offered.
        expect(await offered(true, 1)).toEqual([[videoId, true]]);
        expect(await offered(false, 1)).toEqual([[imageId, false]]);
        // By its id, as a job engine does.
        expect(await scenario.claimOnly(videoId)).toHaveLength(1);
      }),
    );

    it(
      "returns a claimed generation to no other claim",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const command = { models: ["demo"], limit: 10, leaseMs: 30_000, token: "same" };
        const [first] = await store.claim(command);
        expect(first?.generation.id).toBe(id);
        expect(await store.claim({ ...command, token: "other" })).toEqual([]);
      }),
    );

    it(
      "claims a generation of an unknown model only after its deadline",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ model: "other", deadlineMs: 5_000 });
        expect(await scenario.claim()).toEqual([]);
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBe(5_000);
        advance(5_000);
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBe(0);
        expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([id]);
      }),
    );

    it(
      "returns the next due time of the given models, and the next deadline of all",
      withStore(create, async ({ scenario, store, advance }) => {
        const nextOf = (...models: string[]) => store.nextDueInMs({ models, topics: [] });
        expect(await nextOf("demo", "other")).toBeNull();
        await scenario.running({ model: "demo" });
        await scenario.accepted({ model: "other", deadlineMs: 90_000 });
        await scenario.accepted({ model: "third", deadlineMs: 70_000 });
        expect(await nextOf("demo")).toBe(1_000);
        expect(await nextOf("demo", "other")).toBe(0);
        expect(await nextOf()).toBe(70_000);
        advance(70_000);
        expect(await nextOf()).toBe(0);
      }),
    );

    it(
      "returns the models whose generations have been due for a long time",
      withStore(create, async ({ scenario, store, advance }) => {
        const waiting = () => store.unservedModels({ forMs: 10_000 });
        expect(await waiting()).toEqual([]);
        await scenario.accepted({ model: "third" });
        await scenario.accepted({ model: "other" });
        await scenario.accepted({ model: "demo" });
        advance(5_000);
        await scenario.accepted({ model: "late" });
        await scenario.claim(1, 60_000);
        advance(4_999);
        expect(await waiting()).toEqual([]);
        advance(1);
        expect(await waiting()).toEqual(["other", "third"]);
      }),
    );

    it(
      "claims a generation with an expired lease, counts the expiry, and refuses writes of the previous worker",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const [crashed] = await scenario.claim(1, 10_000);
        if (crashed === undefined) throw new Error("Nothing could be claimed");
        advance(9_999);
        expect(await scenario.claim()).toEqual([]);
        advance(1);
        const next = await scenario.claimOne(id);
        expect(next.generation).toMatchObject({ epoch: 2, expiredLeases: 1, state: "queued" });

        expect(await store.renew({ id, epoch: crashed.generation.epoch, leaseMs: 10_000 })).toBe(false);
        expect(await scenario.intent(crashed)).toEqual({ type: "lost" });
        expect(await scenario.park(crashed)).toEqual({ type: "lost" });
        expect(await scenario.settle(crashed, { type: "failed", code: "internal" })).toEqual({ type: "lost" });
        expect(await scenario.intent(next)).toMatchObject({ type: "applied" });
      }),
    );

    it(
      "keeps the count of expired leases after a no-op park, and resets it after any other",
      withStore(create, async ({ scenario, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.claimOne(id);
        advance(30_000);
        const reclaimed = await scenario.claimOne(id);
        expect(reclaimed.generation.expiredLeases).toBe(1);
        await scenario.park(reclaimed, { dueInMs: 0, isNoop: true });
        const parked = await scenario.claimOne(id);
        expect(parked.generation.expiredLeases).toBe(1);
        await scenario.park(parked, { dueInMs: 0 });
        expect((await scenario.claimOne(id)).generation.expiredLeases).toBe(0);
      }),
    );

    it(
      "does not claim a generation with a renewed lease",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        advance(29_000);
        expect(await store.renew({ id, epoch: claim.generation.epoch, leaseMs: 30_000 })).toBe(true);
        advance(29_000);
        expect(await scenario.claim()).toEqual([]);
      }),
    );

    it(
      "moves an expired submitting generation to reconciling with an unknown attempt, because its request may be paid",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted();
        await scenario.intent(await scenario.claimOne(id), "attempt-1");
        advance(30_000);
        const claim = await scenario.claimOne(id);
        expect(claim.generation).toMatchObject({ state: "reconciling", attempts: 1 });
        expect(claim.attempt).toMatchObject({ token: "attempt-1", state: "unknown", unknownAt: claim.now });
        expect(await scenario.intent(claim)).toEqual({ type: "lost" });
      }),
    );

    it(
      "ends a lease at the deadline, so that the generation can be settled in time",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted({ deadlineMs: 5_000 });
        await scenario.claimOne(id);
        advance(5_000);
        const late = await scenario.claimOne(id);
        expect(late.now).toBe(late.generation.deadlineAt);
        expect(await scenario.claim()).toEqual([]);
        expect(await scenario.intent(late)).toEqual({ type: "lost" });
      }),
    );

    it(
      "claims no ended generation",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        advance(1_000_000);
        expect(await scenario.claim()).toEqual([]);
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBeNull();
      }),
    );
  });
}
