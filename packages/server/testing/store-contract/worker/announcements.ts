import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, output, refundOf, withStore } from "../scenario.js";

const announceTo = ["hook", "webhook"] as const;
const topics = ["announce_to_hook", "announce_to_webhook"] as const;

const left = async (store: Store) => {
  const items = await store.claimOutbox({ models: [], topics, limit: 50, leaseMs: 1_000 });
  return items.flatMap((item) => ("announcement" in item ? [{ topic: item.topic, ...item.announcement }] : []));
};

/** What the host is to be told of. */
export function describeAnnouncements(create: CreateStore): void {
  describe("announcements", () => {
    it(
      "are left once for each target and event with the end, however often it is written",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.storing(advance, { requestedOutputs: 2 });
        const { id, epoch } = claim.generation;
        const outcome = { type: "completed", outputs: [output()] } as const;
        const refund = refundOf(claim.generation, outcome);
        const command = { id, epoch, token: "the end", outcome, refund, attempt: null, announceTo };
        await store.settle(command);
        await store.settle(command);
        await store.settle({ ...command, token: "another" });
        const found = await left(store);
        expect(found).toHaveLength(4);
        for (const target of announceTo) {
          for (const event of ["ended", "refunded"] as const) {
            expect(found).toContainEqual({ topic: `announce_to_${target}`, generationId: id, event, target });
          }
        }
      }),
    );

    it(
      "say nothing of a refund where nothing went back",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.storing(advance);
        const { id, epoch } = claim.generation;
        const outcome = { type: "completed", outputs: [output()] } as const;
        const refund = refundOf(claim.generation, outcome);
        await store.settle({ id, epoch, token: "the end", outcome, refund, attempt: null, announceTo: ["hook"] });
        expect(await left(store)).toMatchObject([{ event: "ended", generationId: id }]);
      }),
    );

    it(
      "are left by a cancel that ends, once, and by none that asks a worker",
      withStore(create, async ({ scenario, store }) => {
        const queued = await scenario.accepted();
        const { id: running } = await scenario.running();
        for (const id of [queued, queued, running])
          await store.requestCancel({ ownerId: "ada", id, announceTo: ["hook"] });
        const found = await left(store);
        expect(found.map(({ event, generationId }) => [event, generationId]).toSorted()).toEqual([
          ["ended", queued],
          ["refunded", queued],
        ]);
      }),
    );

    it(
      "are left to nobody where there is nobody to tell",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
        expect(await left(store)).toEqual([]);
      }),
    );

    it(
      "find what ended, also once its content is gone, and nothing that has not",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        expect(await store.getEnded({ id })).toMatchObject({
          generation: { id, state: "completed" },
          isDeleted: false,
          costs: [],
        });
        await store.remove({ ownerId: "ada", id });
        expect(await store.getEnded({ id })).toMatchObject({
          generation: { id, ownerId: "ada", input: null },
          isDeleted: true,
        });
        expect(await store.getEnded({ id: await scenario.accepted() })).toBeNull();
        expect(await store.getEnded({ id: "gen_of_nobody" })).toBeNull();
      }),
    );
  });
}
