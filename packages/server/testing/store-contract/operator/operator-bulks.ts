import { describe, expect, it } from "vitest";
import type { OperatorAction, OperatorActionName } from "../../../src/lib/ports/store/operator-store.js";
import { type CreateStore, withStore } from "../scenario.js";

const by = (action: OperatorActionName, subject: string): OperatorAction => ({
  actor: "grace",
  action,
  subject,
  reason: "ticket 7",
});

/** Contract of bulks: one record for the bulk, and one for each effect. */
export function describeOperatorBulks(create: CreateStore): void {
  describe("bulks of operators", () => {
    it(
      "have the first list of their key, and count the records of their effects",
      withStore(create, async ({ scenario, store }) => {
        const ids = [await scenario.accepted(), await scenario.accepted(), await scenario.accepted()];
        const [first = "", second = "", third = ""] = ids;
        expect(await store.readBulk({ key: "bulk_1", limit: 2 })).toBeNull();
        const record = await store.startBulk({ action: by("cancel", "*"), key: "bulk_1", ids });
        expect(record).toMatchObject({ ...by("cancel", "*"), bulk: "bulk_1", outcome: "applied" });
        expect(record).toMatchObject({ before: { generations: 3 }, after: null });
        expect(await store.startBulk({ action: by("end", "*"), key: "bulk_1", ids: [third] })).toEqual(record);
        const bulk = { record, total: 3, applied: 0, unchanged: 0 };
        expect(await store.readBulk({ key: "bulk_1", limit: 2 })).toEqual({ ...bulk, left: [first, second] });

        const cancel = (id: string, key = "bulk_1") =>
          store.cancelByOperator({ action: by("cancel", id), id, ownerId: "ada", announceTo: [], bulk: key });
        const effect = await cancel(second);
        expect(effect).toMatchObject({ bulk: "bulk_1", subject: second, outcome: "applied" });
        expect(await cancel(second)).toEqual(effect);
        await store.requestCancel({ ownerId: "ada", id: third });
        await cancel(third);
        // Keys of which one begins with the other.
        await store.startBulk({ action: by("cancel", "*"), key: "bulk_12", ids });
        await cancel(first, "bulk_12");
        const progress = { ...bulk, applied: 1, unchanged: 1, left: [first] };
        expect(await store.readBulk({ key: "bulk_1", limit: 2 })).toEqual(progress);
        expect((await store.readBulk({ key: "bulk_12", limit: 9 }))?.left).toEqual([second, third]);
        expect(await store.readBulk({ key: "bulk_1:", limit: 9 })).toBeNull();
        expect(
          (await store.listOperatorActions({ subject: "*", before: null, limit: 9 })).map((row) => row.bulk),
        ).toEqual(["bulk_12", "bulk_1"]);
        await store.cancelByOperator({ action: by("cancel", first), id: first, ownerId: "ada", announceTo: [] });
        expect((await store.getDetail({ id: first }))?.actions.map((row) => row.bulk)).toEqual([null, "bulk_12"]);
      }),
    );

    it(
      "end each generation once, with its refund",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        await store.startBulk({ action: by("end", "*"), key: "bulk_1", ids: [id] });
        const refund = { credits: 4, reason: "failed:ended_by_operator 100%" };
        const end = () => store.endByOperator({ action: by("end", id), id, refund, announceTo: [], bulk: "bulk_1" });
        const [first, second] = await Promise.all([end(), end()]);
        expect(first).toMatchObject({ outcome: "applied", after: { state: "failed", refundedCredits: 4 } });
        expect(second).toEqual(first);
        expect(await scenario.balance()).toBe(100);
        expect(await store.readBulk({ key: "bulk_1", limit: 9 })).toMatchObject({ applied: 1, left: [] });
      }),
    );

    it(
      "do not repeat a wake that a lease refused",
      withStore(create, async ({ advance, scenario, store }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await store.startBulk({ action: by("wake", "*"), key: "bulk_1", ids: [id] });
        const wake = () => store.wakeByOperator({ action: by("wake", id), id, bulk: "bulk_1" });
        const refused = await wake();
        expect(refused).toMatchObject({ outcome: "unchanged" });
        await scenario.park(claim, { to: "running", dueInMs: 60_000 });
        const dueAt = async () => (await store.getDetail({ id }))?.summary.dueAt;
        const before = await dueAt();
        expect(await wake()).toEqual(refused);
        expect(await dueAt()).toBe(before);
      }),
    );
  });
}
