import { describe, expect, it } from "vitest";
import type { OperatorAction, OperatorActionName } from "../../../src/lib/ports/store/operator-store.js";
import type { SubmitCommand } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const by = (action: OperatorActionName, subject: string): OperatorAction => ({
  actor: "grace",
  action,
  subject,
  reason: "ticket 7",
});

const retry = (
  { scenario, store }: Given,
  id: string,
  { token = "form-1", ...change }: Partial<SubmitCommand> & { token?: string } = {},
) => store.retryByOperator({ ...scenario.command({ retryOf: id, ...change }), action: by("retry", id), token });

/** Contract of the actions of operators on generations that have ended. */
export function describeOperatorEnded(create: CreateStore): void {
  describe("actions of operators on ended generations", () => {
    it(
      "submit a generation again, charged or free, once for each form",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const id = await scenario.completed(advance);
        const [first, second] = await Promise.all([retry(given, id), retry(given, id)]);
        expect(second).toEqual(first);
        expect(first).toMatchObject({ subject: id, outcome: "applied", before: { balance: 96, retry: null } });
        expect(first).toMatchObject({ after: { balance: 92 } });
        const submitted = await store.getDetail({ id: String(first.after?.retry) });
        expect(submitted?.generation).toMatchObject({ state: "queued", retryOf: id, credits: 4, ownerId: "ada" });
        expect(await retry(given, id, { token: "form-2", credits: 0 })).toMatchObject({
          outcome: "applied",
          after: { balance: 92 },
        });
        expect((await store.getDetail({ id }))?.actions).toHaveLength(2);
      }),
    );

    it(
      "submit nothing without the credits, the account or the owner",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const id = await scenario.completed(advance);
        const refused = { outcome: "unchanged", after: { balance: 96, retry: null } };
        expect(await retry(given, id, { credits: 97 })).toMatchObject(refused);
        // The record of the form is final.
        expect(await retry(given, id, { credits: 4 })).toMatchObject(refused);
        const missing = { token: "form-2", accountId: "nobody-yet", initialGrant: 100 };
        expect(await retry(given, id, missing)).toMatchObject({ outcome: "unchanged", after: null });
        expect(await scenario.balance("nobody-yet")).toBeNull();
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10 });
        expect(await retry(given, id, { token: "form-3" })).toMatchObject({ outcome: "unchanged" });
        expect(await scenario.balance()).toBeNull();
      }),
    );

    it(
      "delete the content once, of an ended generation of this owner only",
      withStore(create, async ({ advance, scenario, store }) => {
        const { id: running } = await scenario.running();
        const id = await scenario.completed(advance);
        const remove = (target: string, ownerId = "ada") =>
          store.removeByOperator({ action: by("delete", target), id: target, ownerId });
        expect(await remove(running)).toMatchObject({ outcome: "unchanged" });
        expect(await remove(id, "bob")).toMatchObject({ outcome: "unchanged" });
        const [first, second] = await Promise.all([remove(id), remove(id)]);
        expect([first.outcome, second.outcome].toSorted()).toEqual(["applied", "unchanged"]);
        const detail = await store.getDetail({ id });
        expect(detail?.generation).toMatchObject({ input: null, outputs: [] });
        expect(detail?.summary.deletedAt).not.toBeNull();
        expect((await store.getDetail({ id: running }))?.summary.deletedAt).toBeNull();
        const topics = ["delete_prefix"] as const;
        expect(await store.claimOutbox({ models: [], topics, limit: 9, leaseMs: 1_000 })).toHaveLength(1);
      }),
    );

    it(
      "announce an end and its refund again to each target, and no generation that is active",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const announce = () =>
          store.announceByOperator({ action: by("announce", id), id, announceTo: ["hook", "webhook"] });
        expect(await announce()).toMatchObject({ outcome: "unchanged" });
        await store.requestCancel({ ownerId: "ada", id, announceTo: [] });
        expect(await announce()).toMatchObject({ outcome: "applied", after: { state: "canceled" } });
        const topics = ["announce_to_hook", "announce_to_webhook"] as const;
        const items = await store.claimOutbox({ models: [], topics, limit: 9, leaseMs: 1_000 });
        const announcements = items.map((item) => "announcement" in item && item.announcement);
        expect(announcements).toHaveLength(4);
        for (const target of ["hook", "webhook"]) {
          for (const event of ["ended", "refunded"]) {
            expect(announcements).toContainEqual({ generationId: id, event, target });
          }
        }
      }),
    );
  });
}
