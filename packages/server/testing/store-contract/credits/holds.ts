import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import type { SubmitManyCommand } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, output, type Scenario, withStore } from "../scenario.js";

const leaseMs = 60_000;
const releaseAfterMs = 120_000;

/** Claims the holds that are due. */
async function dueHolds(store: Store) {
  const items = await store.claimOutbox({ models: [], topics: ["resolve_hold"], limit: 100, leaseMs });
  return items.flatMap((item) => (item.topic === "resolve_hold" ? [item.hold] : []));
}

/** Records the hold of a submit, as the service does before it calls the host. */
function openHold(store: Store, key: string, credits = 4) {
  return store.openHolds({ holds: [{ key, accountId: "ada", credits }], releaseAfterMs });
}

/** Submits a generation whose credits the host holds. */
async function submitHeld(scenario: Scenario, change: Partial<ReturnType<Scenario["command"]>> = {}) {
  const id = scenario.id();
  await openHold(scenario.store, id, change.credits);
  return scenario.accepted({ id, initialGrant: 0, hold: { reference: "auth-1" }, ...change });
}

function group(scenario: Scenario, holds: readonly boolean[]): SubmitManyCommand {
  const { retryOf, ...command } = scenario.command({ initialGrant: 0 });
  const [first, ...others] = holds.map((isHeld) => {
    const { id, storagePrefix } = scenario.command();
    const { input, parsedInput, requestedOutputs, refunds } = command;
    const hold = isHeld ? { reference: null } : null;
    return { id, storagePrefix, input, parsedInput, requestedOutputs, refunds, credits: isHeld ? 4 : 0, hold };
  });
  if (first === undefined) throw new Error("A group needs a generation.");
  return { ...command, groupId: "grp_00000000-0000-7000-8000-000000000001", items: [first, ...others] };
}

/** Describes holds of credits that the host keeps itself. */
export function describeHolds(create: CreateStore): void {
  describe("holds of the host", () => {
    it(
      "releases a hold without a submit after its time, and not before",
      withStore(create, async ({ advance, store }) => {
        await openHold(store, "gen_a");
        await openHold(store, "gen_a");
        advance(releaseAfterMs - 1);
        expect(await dueHolds(store)).toEqual([]);
        advance(1);
        const hold = { key: "gen_a", accountId: "ada", credits: 4, reference: null, kept: 0 };
        expect(await dueHolds(store)).toEqual([hold]);
      }),
    );

    it(
      "adds nothing for a repeat that arrives after the submit, also after the end",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = await submitHeld(scenario);
        await openHold(store, id);
        expect(await store.audit()).toEqual([]);
        await store.requestCancel({ ownerId: "ada", id });
        const items = await store.claimOutbox({ models: [], topics: ["resolve_hold"], limit: 10, leaseMs });
        expect(items).toMatchObject([{ hold: { key: id, kept: 0 } }]);
        for (const item of items) await store.confirmOutbox(item);
        await openHold(store, id);
        advance(releaseAfterMs);
        expect(await dueHolds(store)).toEqual([]);
      }),
    );

    it(
      "finds the hold of a duplicate of a submit until it is used or released",
      withStore(create, async ({ scenario, store }) => {
        const [first, second] = [scenario.id(), scenario.id()];
        const duplicateOf = (change: object = {}) =>
          store.hasHeldDuplicate({ accountId: "ada", keyHash: "hash-1", keys: [second], since: 0, ...change });
        expect(await duplicateOf()).toBe(false);
        const holds = [{ key: first, accountId: "ada", credits: 4 }];
        await store.openHolds({ holds, keyHash: "hash-1", releaseAfterMs });
        expect(await duplicateOf()).toBe(true);
        const others = [{ accountId: "bob" }, { keyHash: "hash-2" }, { keys: [first] }, { since: 4_000_000_000_000 }];
        for (const other of others) expect(await duplicateOf(other)).toBe(false);
        await store.endHolds({ refused: [], unused: [first] });
        expect(await duplicateOf()).toBe(true);
        const hold = { key: first, accountId: "ada", credits: 4, reference: null, kept: 0 };
        expect(await dueHolds(store)).toEqual([hold]);
        expect(await duplicateOf()).toBe(true);
        await store.openHolds({
          holds: [{ key: second, accountId: "ada", credits: 4 }],
          keyHash: "hash-3",
          releaseAfterMs,
        });
        await scenario.accepted({ id: second, initialGrant: 0, hold: { reference: null } });
        expect(await duplicateOf({ keyHash: "hash-3", keys: [] })).toBe(false);
      }),
    );

    it(
      "debits nothing in the ledger, and never releases the hold of an active generation",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = await submitHeld(scenario);
        const { balance, entries } = await store.listCredits({ accountId: "ada", limit: 10, before: null });
        expect(balance).toBe(0);
        expect(entries.map(({ amount, kind }) => ({ kind, amount: Math.abs(amount) }))).toEqual([
          { kind: "debit", amount: 0 },
        ]);
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ credits: 4 });
        advance(10 * releaseAfterMs);
        expect(await dueHolds(store)).toEqual([]);
      }),
    );

    it(
      "captures the whole hold of a completed generation, once",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = scenario.id();
        await openHold(store, id);
        await scenario.completed(advance, { id, initialGrant: 0, hold: { reference: "auth-1" } });
        const hold = { key: id, accountId: "ada", credits: 4, reference: "auth-1", kept: 4 };
        expect(await dueHolds(store)).toEqual([hold]);
        expect(await scenario.balance()).toBe(0);
      }),
    );

    it(
      "captures the part of the delivered outputs",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = scenario.id();
        await openHold(store, id, 10);
        const claim = await scenario.storing(advance, {
          id,
          credits: 10,
          requestedOutputs: 4,
          initialGrant: 0,
          hold: { reference: null },
        });
        await scenario.settle(claim, { type: "completed", outputs: [output()] });
        expect(await dueHolds(store)).toMatchObject([{ key: id, credits: 10, kept: 3 }]);
      }),
    );

    it(
      "releases the hold of a canceled and of a failed generation",
      withStore(create, async ({ scenario, store }) => {
        const canceled = await submitHeld(scenario);
        await store.requestCancel({ ownerId: "ada", id: canceled });
        expect(await dueHolds(store)).toMatchObject([{ key: canceled, kept: 0, reference: "auth-1" }]);
        const failed = await submitHeld(scenario);
        await scenario.settle(await scenario.claimOne(failed), { type: "failed", code: "provider_failed" });
        expect(await dueHolds(store)).toMatchObject([{ key: failed, kept: 0 }]);
        expect(await scenario.balance()).toBe(0);
      }),
    );

    it(
      "refuses a submit whose hold is being released, or was never opened",
      withStore(create, async ({ advance, scenario, store }) => {
        const late = scenario.id();
        await openHold(store, late);
        advance(releaseAfterMs);
        expect(await dueHolds(store)).toHaveLength(1);
        const hold = { reference: "auth-1" };
        expect(await scenario.submit({ id: late, initialGrant: 0, hold })).toEqual({ type: "hold_released" });
        expect(await scenario.submit({ initialGrant: 0, hold })).toEqual({ type: "hold_released" });
        expect(await store.listActive(active)).toMatchObject({ active: [] });
      }),
    );

    it(
      "leaves the hold of a refused submit to the outbox",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = scenario.id();
        await openHold(store, id);
        const limits = { maxActive: 0, rate: null, refunds: null };
        const verdict = await scenario.submit({ id, initialGrant: 0, hold: { reference: "auth-1" }, limits });
        expect(verdict.type).toBe("too_many_active");
        advance(releaseAfterMs);
        expect(await dueHolds(store)).toMatchObject([{ key: id }]);
      }),
    );

    it(
      "accepts a repeated submit whose generation has used its hold",
      withStore(create, async ({ scenario, store }) => {
        const id = scenario.id();
        await openHold(store, id);
        const command = scenario.command({ id, initialGrant: 0, hold: { reference: "auth-1" } });
        expect(await store.submit(command)).toMatchObject({ type: "accepted" });
        expect(await store.submit(command)).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "releases an unused hold now, and forgets a refused one",
      withStore(create, async ({ advance, store }) => {
        for (const key of ["gen_a", "gen_b", "gen_c"]) await openHold(store, key);
        await store.endHolds({ refused: ["gen_a"], unused: ["gen_b"] });
        expect(await dueHolds(store)).toMatchObject([{ key: "gen_b" }]);
        // The worker has it now, so a late repeat does not move it.
        await store.endHolds({ refused: ["gen_b"], unused: ["gen_b"] });
        expect(await dueHolds(store)).toEqual([]);
        advance(releaseAfterMs);
        expect((await dueHolds(store)).map(({ key }) => key)).toEqual(["gen_b", "gen_c"]);
      }),
    );

    it(
      "accepts a group only if every hold of it is open",
      withStore(create, async ({ scenario, store }) => {
        const command = group(scenario, [true, false, true]);
        const [first, , third] = command.items;
        await openHold(store, first.id);
        expect(await store.submitMany(command)).toEqual({ type: "hold_released" });
        await openHold(store, String(third?.id));
        expect(await store.submitMany(command)).toMatchObject({ type: "accepted", balance: 0 });
        await store.endHolds({ refused: [], unused: [first.id] });
        expect(await dueHolds(store)).toEqual([]);
        await store.requestCancel({ ownerId: "ada", id: first.id });
        expect(await dueHolds(store)).toMatchObject([{ key: first.id, kept: 0 }]);
      }),
    );

    it(
      "resolves the hold for the account that paid, after a transfer and after an erasure",
      withStore(create, async ({ scenario, store }) => {
        const moved = await submitHeld(scenario);
        await store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 });
        await store.requestCancel({ ownerId: "bob", id: moved });
        expect(await dueHolds(store)).toMatchObject([{ key: moved, accountId: "ada", reference: "auth-1" }]);
        const erased = await submitHeld(scenario);
        const claim = await scenario.claimOne(erased);
        await scenario.intent(claim);
        await store.requestCancel({ ownerId: "ada", id: erased });
        await store.eraseOwner({ ownerId: "ada", pseudonym: "erased", limit: 10, models: ["demo"], ownerMarks: [] });
        await scenario.settle(claim, { type: "canceled" });
        expect(await dueHolds(store)).toMatchObject([{ key: erased, accountId: "ada", kept: 0 }]);
      }),
    );

    it(
      "never drops a hold that no worker knows",
      withStore(create, async ({ advance, store }) => {
        await openHold(store, "gen_a");
        advance(60 * 86_400_000);
        expect(await store.dropUnclaimedOutbox({ models: [], topics: [], limit: 10 })).toEqual([]);
        expect(await dueHolds(store)).toMatchObject([{ key: "gen_a" }]);
      }),
    );
  });
}

const active = { ownerId: "ada", scope: null, activeLimit: 10, unseenLimit: 0, unseenForMs: 0, maxUnseenCount: 0 };
