import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, output, refundOf, withStore } from "../scenario.js";

const announceTo = ["hook", "webhook"] as const;
const topics = ["announce_to_hook", "announce_to_webhook"] as const;

const claimAnnouncements = async (store: Store) => {
  const items = await store.claimOutbox({ models: [], topics, limit: 50, leaseMs: 1_000 });
  return items.flatMap((item) => ("announcement" in item ? [{ topic: item.topic, ...item.announcement }] : []));
};

/** Contract of the announcements to the host: its hook and its webhook. */
export function describeAnnouncements(create: CreateStore): void {
  describe("announcements", () => {
    it(
      "are added once for each target and event of an end, also when it is repeated",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.storing(advance, { requestedOutputs: 2 });
        const { id, epoch } = claim.generation;
        const outcome = { type: "completed", outputs: [output()] } as const;
        const refund = refundOf(claim.generation, outcome);
        const command = { id, epoch, token: "the end", outcome, refund, attempt: null, announceTo };
        await store.settle(command);
        await store.settle(command);
        await store.settle({ ...command, token: "another" });
        const found = await claimAnnouncements(store);
        expect(found).toHaveLength(4);
        for (const target of announceTo) {
          for (const event of ["ended", "refunded"] as const) {
            expect(found).toContainEqual({ topic: `announce_to_${target}`, generationId: id, event, target });
          }
        }
      }),
    );

    it(
      "include no refund of 0 credits",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.storing(advance);
        const { id, epoch } = claim.generation;
        const outcome = { type: "completed", outputs: [output()] } as const;
        const refund = refundOf(claim.generation, outcome);
        await store.settle({ id, epoch, token: "the end", outcome, refund, attempt: null, announceTo: ["hook"] });
        expect(await claimAnnouncements(store)).toMatchObject([{ event: "ended", generationId: id }]);
      }),
    );

    it(
      "are added once by a cancel that ends a generation, and not by a cancel request",
      withStore(create, async ({ scenario, store }) => {
        const queued = await scenario.accepted();
        const { id: running } = await scenario.running();
        for (const id of [queued, queued, running])
          await store.requestCancel({ ownerId: "ada", id, announceTo: ["hook"] });
        const found = await claimAnnouncements(store);
        expect(found.map(({ event, generationId }) => [event, generationId]).toSorted()).toEqual([
          ["ended", queued],
          ["refunded", queued],
        ]);
      }),
    );

    it(
      "are not added without a target",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
        expect(await claimAnnouncements(store)).toEqual([]);
      }),
    );

    it(
      "find ended generations, also deleted ones, and no active ones",
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
        expect(await store.getEnded({ id: "gen_unknown" })).toBeNull();
      }),
    );
  });
}
