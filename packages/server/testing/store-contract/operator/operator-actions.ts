import { describe, expect, it } from "vitest";
import type { OperatorAction, OperatorActionName } from "../../../src/lib/ports/store/operator-store.js";
import { type CreateStore, withStore } from "../scenario.js";

const by = (action: OperatorActionName, subject: string): OperatorAction => ({
  actor: "grace",
  action,
  subject,
  reason: "ticket 7",
});

/** Contract of the actions of operators: one record for each, in the commit of its effect. */
export function describeOperatorActions(create: CreateStore): void {
  describe("actions of operators", () => {
    it(
      "cancel a queued generation of any owner, with a record of both states",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const command = { action: by("cancel", id), id, ownerId: "ada", announceTo: [] };
        const record = await store.cancelByOperator(command);
        expect(record).toMatchObject({
          ...command.action,
          outcome: "applied",
          before: { state: "queued", refundedCredits: 0 },
          after: { state: "canceled", refundedCredits: 4 },
        });
        expect(await scenario.balance()).toBe(100);
        expect(await store.cancelByOperator(command)).toMatchObject({ outcome: "unchanged" });
        expect((await store.getDetail({ id }))?.actions).toMatchObject([{ outcome: "unchanged" }, record]);
      }),
    );

    it(
      "wake a parked generation, and none that a worker holds or that has ended",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        expect(await scenario.claim()).toEqual([]);
        const wake = () => store.wakeByOperator({ action: by("wake", id), id });
        expect(await wake()).toMatchObject({ outcome: "applied" });
        const { dueAt } = (await store.getDetail({ id }))?.summary ?? {};
        advance(60_000);
        // Due already: its wake may be lost. A later due time would move it behind others.
        expect(await wake()).toMatchObject({ outcome: "applied", before: { dueAt }, after: { dueAt } });
        const claim = await scenario.claimOne(id);
        expect(await wake()).toMatchObject({ outcome: "unchanged" });
        advance(30_001);
        // The lease has expired.
        expect(await wake()).toMatchObject({ outcome: "applied" });
        await scenario.settle(claim, { type: "canceled" });
        advance(1);
        expect(await wake()).toMatchObject({ outcome: "unchanged", before: { state: "canceled" } });
      }),
    );

    it(
      "end a generation with a refund once, cancel its job, and fence its worker",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        const refund = { credits: 4, reason: "failed:ended_by_operator 100%" };
        const end = () => store.endByOperator({ action: by("end", id), id, refund, announceTo: [] });
        const ends = await Promise.all([end(), end()]);
        expect(ends.map(({ outcome }) => outcome).toSorted()).toEqual(["applied", "unchanged"]);
        expect(ends.find(({ outcome }) => outcome === "applied")).toMatchObject({
          before: { state: "running", failureCode: null },
          after: { state: "failed", failureCode: "ended_by_operator", refundedCredits: 4 },
        });
        expect(await scenario.settle(claim, { type: "canceled" })).toEqual({ type: "lost" });
        expect(await scenario.balance()).toBe(100);
        const jobs = await store.claimOutbox({ models: ["demo"], topics: ["cancel_job"], limit: 5, leaseMs: 1_000 });
        expect(jobs).toHaveLength(1);
      }),
    );

    it(
      "do not end a storing generation: its result is paid",
      withStore(create, async ({ scenario, store, advance }) => {
        const { generation } = await scenario.storing(advance);
        const { id } = generation;
        const refund = { credits: 4, reason: "failed:ended_by_operator 100%" };
        const record = await store.endByOperator({ action: by("end", id), id, refund, announceTo: [] });
        expect(record).toMatchObject({ outcome: "unchanged", after: { state: "storing" } });
        expect(await scenario.balance()).toBe(96);
      }),
    );

    it(
      "move credits once for each key, and never below zero",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("ada", 10);
        const adjust = (amount: number, key: string) =>
          store.adjustByOperator({
            action: by("adjust", "ada"),
            accountId: "ada",
            kind: "adjustment",
            amount,
            key,
            reason: "operator",
            initialGrant: 0,
          });
        expect(await adjust(5, "a")).toMatchObject({
          outcome: "applied",
          before: { balance: 10 },
          after: { balance: 15 },
        });
        expect(await adjust(5, "a")).toMatchObject({ outcome: "unchanged", after: { balance: 15 } });
        expect(await adjust(-16, "b")).toMatchObject({ outcome: "unchanged", after: { balance: 15 } });
        expect(await scenario.balance()).toBe(15);
      }),
    );

    it(
      "are listed newest first, in pages",
      withStore(create, async ({ store }) => {
        for (const subject of ["a", "b", "a"]) await store.recordOperatorAction(by("reveal", subject));
        const subjects = async (subject: string | null, before: number | null = null) =>
          (await store.listOperatorActions({ subject, before, limit: 2 })).map(({ position }) => position);
        const [third = 0, second = 0] = await subjects(null);
        const [first = 0] = await subjects(null, second);
        expect(await subjects("a")).toEqual([third, first]);
        const [record] = await store.listOperatorActions({ subject: "b", before: null, limit: 1 });
        expect(record).toMatchObject({ ...by("reveal", "b"), outcome: "applied", before: null, after: null });
      }),
    );
  });
}
