import { describe, expect, it } from "vitest";
import {
  type ActionFilter,
  adjustKey,
  anyAction,
  type OperatorAction,
  type OperatorActionName,
  refundKey,
} from "../../../src/lib/ports/store/operator-store.js";
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
      "wake one generation only",
      withStore(create, async ({ scenario, store }) => {
        const { id } = await scenario.running();
        const { id: other } = await scenario.running();
        const dueAt = async () => (await store.getDetail({ id: other }))?.summary.dueAt;
        const before = await dueAt();
        await store.wakeByOperator({ action: by("wake", id), id });
        expect(await dueAt()).toBe(before);
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
          before: { balance: 10, entry: null },
          after: { balance: 15, entry: expect.any(Number) },
        });
        const [entry] = (await store.listCredits({ accountId: "ada", limit: 1, before: null })).entries;
        const repeated = { balance: 15, entry: entry?.id };
        expect(await adjust(5, "a")).toMatchObject({ outcome: "unchanged", before: repeated, after: repeated });
        const refused = { balance: 15, entry: null };
        expect(await adjust(-16, "b")).toMatchObject({ outcome: "unchanged", before: refused, after: refused });
        expect(await scenario.balance()).toBe(15);
        const listed = (accountId: string, entryIds: readonly number[]) =>
          store.listCreditActions({ generationIds: [], accountId, entryIds });
        const ids = [entry?.id ?? 0, 0];
        expect(await listed("ada", ids)).toMatchObject([{ outcome: "applied", after: repeated }]);
        expect([await listed("ada", [0]), await listed("bob", ids)]).toEqual([[], []]);
      }),
    );

    it(
      "refund a generation once, also after its account was erased and under another key",
      withStore(create, async ({ scenario, store }) => {
        const refund = (accountId: string, key: string, subject = "gen_1") =>
          store.adjustByOperator({
            action: by("refund", subject),
            accountId,
            kind: "adjustment",
            amount: 3,
            key,
            reason: "operator",
            initialGrant: 0,
          });
        await scenario.buy("ada", 10);
        expect(await refund("ada", "a")).toMatchObject({ outcome: "applied" });
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted-1", limit: 100, ownerMarks: ["mark"] });
        expect(await refund("deleted-1", "a")).toMatchObject({ outcome: "unchanged", after: { balance: 13 } });
        expect(await refund("deleted-1", "b")).toMatchObject({ outcome: "unchanged" });
        expect(await refund("deleted-1", "c", "gen_2")).toMatchObject({ outcome: "applied", after: { balance: 16 } });
      }),
    );

    it(
      "refund a completed generation only to the account that has its owner's credits",
      withStore(create, async ({ advance, scenario, store }) => {
        await scenario.buy("guest", 10);
        const id = await scenario.completed(advance, { ownerId: "guest", initialGrant: 0 });
        const accountOf = async () => (await store.getDetail({ id }))?.summary.refundAccountId;
        const refund = (accountId: string) =>
          store.adjustByOperator({
            action: by("refund", id),
            refundOf: id,
            accountId,
            kind: "adjustment",
            amount: 4,
            key: `${refundKey}${id}`,
            reason: "operator",
            initialGrant: 0,
          });
        expect(await accountOf()).toBe("guest");
        await store.transferOwner({ from: "guest", to: "ann", credits: "move", initialGrant: 0 });
        await store.transferOwner({ from: "ann", to: "ada", credits: "move", initialGrant: 0 });
        expect(await accountOf()).toBe("ada");
        expect(await refund("guest")).toMatchObject({ outcome: "unchanged" });
        expect(await refund("ada")).toMatchObject({
          outcome: "applied",
          before: { balance: 6 },
          after: { balance: 10 },
        });
        expect(await refund("ada")).toMatchObject({ outcome: "unchanged", after: { balance: 10 } });
        const { entries = [] } = (await store.getDetail({ id })) ?? {};
        const refunds = [
          { amount: -4, refundOf: null },
          { amount: 0, refundOf: null },
          { amount: 4, refundOf: id },
        ];
        expect(entries).toMatchObject(refunds);
        const page = await store.listCredits({ accountId: "ada", limit: 1, before: null });
        expect(page.entries).toMatchObject([
          { amount: 4, generationId: null, refundOf: id, causedBy: "operator", ownerId: "ada" },
        ]);
        expect((await store.getDetail({ id }))?.summary).toMatchObject({ refundedCredits: 0, refundedByOperator: 4 });
        await store.recordOperatorAction(by("reveal", id));
        const none = { accountId: "ada", entryIds: [] };
        const listed = await store.listCreditActions({ ...none, generationIds: [id, "gen_other"] });
        expect(listed).toMatchObject([{ action: "refund", subject: id, outcome: "applied", reason: "ticket 7" }]);
        expect(await store.listCreditActions({ ...none, generationIds: ["gen_other"] })).toEqual([]);
        expect(await store.audit()).toEqual([]);
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10 });
        expect(await accountOf()).toBe("deleted_1");
      }),
    );

    it(
      "are the cause of the entries of their cancels, ends and adjustments, and of no others",
      withStore(create, async ({ scenario, store }) => {
        const [canceled, ended, own] = [
          await scenario.accepted(),
          await scenario.accepted(),
          await scenario.accepted(),
        ];
        const announceTo = [] as const;
        await store.cancelByOperator({ action: by("cancel", canceled), id: canceled, ownerId: "ada", announceTo });
        const refund = { credits: 4, reason: "failed:ended_by_operator 100%" };
        await store.endByOperator({ action: by("end", ended), id: ended, refund, announceTo });
        await store.requestCancel({ ownerId: "ada", id: own });
        // The owner was faster.
        await store.cancelByOperator({ action: by("cancel", own), id: own, ownerId: "ada", announceTo });
        const move = { accountId: "ada", kind: "adjustment", amount: 1, initialGrant: 0, reason: "operator" } as const;
        await store.adjustByOperator({ ...move, action: by("adjust", "ada"), key: `${adjustKey}form-1` });
        await store.adjust({ ...move, key: "of the host" });
        const { entries } = await store.listCredits({ accountId: "ada", limit: 6, before: null });
        expect(entries.map(({ causedBy, generationId, kind }) => [kind, generationId, causedBy]).slice(0, 5)).toEqual([
          ["adjustment", null, null],
          ["adjustment", null, "operator"],
          ["refund", own, null],
          ["refund", ended, "operator"],
          ["refund", canceled, "operator"],
        ]);
      }),
    );

    it(
      "refund a partial success to the account to which the credits moved after its end",
      withStore(create, async ({ advance, scenario, store }) => {
        await scenario.buy("guest");
        const partial = { ownerId: "guest", requestedOutputs: 2, initialGrant: 0 };
        const id = await scenario.completed(advance, partial);
        for (const [from, to] of [
          ["guest", "ann"],
          ["ann", "ada"],
        ] as const) {
          await store.transferOwner({ from, to, credits: "move", initialGrant: 0 });
        }
        expect((await store.getDetail({ id }))?.summary).toMatchObject({ refundedCredits: 2, refundAccountId: "ada" });
        expect(await store.audit()).toEqual([]);
      }),
    );

    it(
      "refund to the account that paid after a transfer that leaves the credits",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = await scenario.completed(advance, { ownerId: "guest" });
        await store.transferOwner({ from: "guest", to: "ada", credits: "leave", initialGrant: 0 });
        expect((await store.getDetail({ id }))?.summary.refundAccountId).toBe("guest");
      }),
    );

    it(
      "are listed newest first, in pages, and do not change later",
      withStore(create, async ({ scenario, store }) => {
        for (const subject of ["a", "b", "a"]) await store.recordOperatorAction(by("reveal", subject));
        const subjects = async (subject: string | null, before: number | null = null) => {
          const query = subject === null ? { ...anyAction, subject } : { subject };
          return (await store.listOperatorActions({ ...query, before, limit: 2 })).map(({ position }) => position);
        };
        const [third = 0, second = 0] = await subjects(null);
        const listed = async (filter: Partial<ActionFilter>) =>
          (await store.listOperatorActions({ ...anyAction, ...filter, subject: null, before: null, limit: 9 })).map(
            (o) => o.position,
          );
        const [first = 0] = await subjects(null, second);
        expect(await listed({ fromPosition: second })).toEqual([third, second]);
        expect(await listed({ action: "reveal", actor: "grace", ownerId: "b" })).toEqual([second]);
        for (const filter of [{ action: "audit" }, { actor: "ada" }, { ownerId: "c" }] as const)
          expect(await listed(filter)).toEqual([]);
        expect(await subjects("a")).toEqual([third, first]);
        expect(await subjects("a", third)).toEqual([first]);
        const id = await scenario.accepted();
        await store.cancelByOperator({ action: by("cancel", id), id, ownerId: "ada", announceTo: [] });
        // Of the owner's generation.
        expect(await listed({ ownerId: "ada" })).toHaveLength(1);
        const [record] = await store.listOperatorActions({ subject: "b", before: null, limit: 1 });
        expect(record).toMatchObject({ ...by("reveal", "b"), outcome: "applied", before: null, after: null });
      }),
    );
  });
}
