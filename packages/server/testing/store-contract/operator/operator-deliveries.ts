import { describe, expect, it } from "vitest";
import type { OperatorAction } from "../../../src/lib/ports/store/operator-store.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const by = <Name extends "deliver" | "drop">(action: Name) =>
  ({ actor: "grace", action, subject: "*", reason: "ticket 7" }) as const satisfies OperatorAction;
const everything = { limit: 20, scanLimit: 1_000 };
const claim = { models: [], topics: ["announce_to_hook"], limit: 20, leaseMs: 60_000 } as const;

/** A canceled generation with two announcements to the hook: of its end and of its refund. */
async function announced({ scenario, store }: Given): Promise<string> {
  const id = await scenario.accepted();
  await store.requestCancel({ ownerId: "ada", id, announceTo: ["hook"] });
  return id;
}

/** Contract of the announcements that wait, as operators see and change them. */
export function describeOperatorDeliveries(create: CreateStore): void {
  describe("deliveries", () => {
    it(
      "are listed with their tries and the error of the latest one, those with the most tries first",
      withStore(create, async (given) => {
        const { advance, store } = given;
        const id = await announced(given);
        const first = await store.listDeliveries(everything);
        expect(first).toMatchObject({
          waiting: 2,
          deliveries: [
            { target: "hook", generationId: id, event: "ended", tries: 0, error: null, dueAt: first.now },
            { event: "refunded", createdAt: first.now },
          ],
        });
        const items = await store.claimOutbox(claim);
        const failing = items.at(-1)?.id ?? 0;
        await store.failOutbox({ id: failing, tries: 1, error: "status 500" });
        await store.confirmOutbox({ id: items[0]?.id ?? 0 });
        advance(60_000);
        await store.claimOutbox(claim);
        // The worker of the first claim reports late.
        await store.failOutbox({ id: failing, tries: 1, error: "late" });
        expect((await store.listDeliveries(everything)).deliveries).toMatchObject([
          { id: failing, event: "refunded", tries: 2, error: "status 500" },
        ]);
        const later = await announced(given);
        const listed = await store.listDeliveries({ ...everything, limit: 2 });
        expect(listed.deliveries.map(({ generationId, tries }) => [generationId, tries])).toEqual([
          [id, 2],
          [later, 0],
        ]);
        expect(listed.waiting).toBe(3);
        // The retry is due after both new ones.
        expect(await store.listDeliveries({ ...everything, scanLimit: 2 })).toMatchObject({ waiting: 2 });
      }),
    );

    it(
      "are due now or dropped, once, with a record of their generation",
      withStore(create, async (given) => {
        const { store } = given;
        const id = await announced(given);
        const items = await store.claimOutbox(claim);
        const [first = 0, second = 0] = items.map((item) => item.id);
        expect(await store.claimOutbox(claim)).toEqual([]);
        const deliver = () => store.changeDelivery({ action: by("deliver"), id: first });
        const { now } = await store.listDeliveries(everything);
        expect(await deliver()).toMatchObject({
          ...{ actor: "grace", action: "deliver", subject: id, outcome: "applied" },
          before: { event: "ended", target: "hook", tries: 1, dueAt: now + 60_000 },
          after: { dueAt: now },
        });
        expect((await store.claimOutbox(claim)).map((item) => item.id)).toEqual([first]);
        const drop = () => store.changeDelivery({ action: by("drop"), id: second });
        const drops = await Promise.all([drop(), drop()]);
        expect(drops.map(({ outcome, subject }) => [outcome, subject]).toSorted()).toEqual([
          ["applied", id],
          ["unchanged", "*"],
        ]);
        expect((await store.listDeliveries(everything)).deliveries.map((item) => item.id)).toEqual([first]);
        await store.confirmOutbox({ id: first });
        expect(await deliver()).toMatchObject({ outcome: "unchanged", subject: "*", before: null });
        expect((await store.getDetail({ id }))?.actions.map(({ action }) => action)).toEqual(["drop", "deliver"]);
      }),
    );

    it(
      "are the only items that an operator can change",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id });
        const topics = ["delete_prefix"] as const;
        const [item] = await store.claimOutbox({ ...claim, topics });
        expect(item?.topic).toBe("delete_prefix");
        for (const action of [by("drop"), by("deliver")]) {
          expect(await store.changeDelivery({ action, id: item?.id ?? 0 })).toMatchObject({ outcome: "unchanged" });
        }
        expect(await store.claimOutbox({ ...claim, topics })).toEqual([]);
        advance(60_001);
        expect(await store.claimOutbox({ ...claim, topics })).toHaveLength(1);
        expect(await store.listDeliveries(everything)).toMatchObject({ waiting: 0, deliveries: [] });
      }),
    );
  });
}
