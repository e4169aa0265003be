import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "./scenario.js";

const preview = (name: string) => ({
  value: null,
  source: "provider" as const,
  queuePosition: null,
  preview: { storageKey: `prefix/${name}`, contentType: "image/png" },
});

/** What a commit leaves for others to do. */
export function describeOutbox(create: CreateStore): void {
  describe("the outbox", () => {
    it(
      "holds the bytes of what was deleted until somebody has removed them",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id });
        expect(await store.nextDueInMs({ models: [] })).toBe(0);

        const [item] = await store.claimOutbox({ limit: 10, leaseMs: 1_000 });
        expect(item).toMatchObject({ topic: "delete_objects", keys: ["prefix/0-abc.png"] });
        expect(await store.claimOutbox({ limit: 10, leaseMs: 1_000 })).toEqual([]);

        advance(1_000);
        const [again] = await store.claimOutbox({ limit: 10, leaseMs: 1_000 });
        expect(again).toEqual(item);
        await store.confirmOutbox({ id: again?.id ?? 0 });
        advance(3_600_000);
        expect(await store.claimOutbox({ limit: 10, leaseMs: 1_000 })).toEqual([]);
        expect(await store.nextDueInMs({ models: [] })).toBeNull();
      }),
    );

    it(
      "gets each preview when the next one comes, and the last one at the end",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        for (const name of ["first", "second"]) {
          advance(1_000);
          await scenario.park(await scenario.take(id), { progress: preview(name) });
        }
        advance(1_000);
        await scenario.settle(await scenario.take(id), { type: "failed", code: "internal" });
        const items = await store.claimOutbox({ limit: 10, leaseMs: 1_000 });
        expect(items.map(({ keys }) => keys)).toEqual([["prefix/first"], ["prefix/second"]]);
        expect(await store.getPreview({ id })).toBeNull();
      }),
    );

    it(
      "gets nothing from a worker that lost its lease",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.park(await scenario.take(id), { progress: preview("first") });
        advance(1_000);
        const zombie = await scenario.take(id);
        advance(30_000);
        await scenario.take(id);
        expect(await scenario.park(zombie, { progress: preview("second") })).toEqual({ type: "lost" });
        expect(await store.claimOutbox({ limit: 10, leaseMs: 1_000 })).toEqual([]);
      }),
    );
  });
}
