import { join } from "node:path";
import { createClient } from "@libsql/client";
import { describe, expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { Store } from "../../ports/store/store.js";
import { createStore } from "./commands/create-store.js";
import { BatchExecutor } from "./executor/batch-executor.js";

/** A store that loses its next response after the commit, and runs an action before the command is sent again. */
async function createLossyStore() {
  const folder = await tempFolder("resent");
  const client = createClient({ url: `file:${join(folder, "test.db")}` });
  const options = { random: Math.random, busyTimeoutMs: 5_000, pollMs: 1_000 };
  const reliable = createStore(new BatchExecutor({ ...options, client }), { identity: folder, options: {} });
  let beforeRetry: (() => Promise<unknown>) | null = null;
  const batch: typeof client.batch = async (statements, mode) => {
    const results = await client.batch(statements, mode);
    if (beforeRetry === null || mode !== "write") return results;
    const action = beforeRetry;
    beforeRetry = null;
    await action();
    throw new TypeError("fetch failed");
  };
  const store = createStore(new BatchExecutor({ ...options, client: { batch } }), {
    identity: folder,
    options: { now: Date.now },
  });
  await store.migrate();
  const loseNextResponse = (action: (other: Store) => Promise<unknown>): void => {
    beforeRetry = () => action(reliable);
  };
  return { store, scenario: new Scenario(store), loseNextResponse };
}

describe("a command that is retried after its response was lost", () => {
  it("moves credits once: a later grant stays in the old account", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    await scenario.buy("guest");
    await scenario.accepted({ ownerId: "guest" });
    loseNextResponse((other) =>
      other.adjust({ accountId: "guest", kind: "grant", amount: 7, reason: null, key: "late", initialGrant: 0 }),
    );
    const transfer = { from: "guest", to: "ada", credits: "move", initialGrant: 0 } as const;
    expect(await store.transferOwner(transfer)).toMatchObject({ type: "transferred" });
    expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([7, 96]);
    expect(await store.audit()).toEqual([]);
  });

  it("replays a submit whose generation was transferred since, and never refuses it", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
    await scenario.buy("guest");
    // Create the owner first, so that the next command sent is the submit.
    await scenario.accepted({ ownerId: "guest", credits: 0 });
    for (const change of [{ idempotencyKey: null }, { idempotencyKey }]) {
      const command = scenario.command({ ownerId: "guest", ...change });
      loseNextResponse((other) => other.transferOwner({ from: "guest", to: "ada", credits: "move", initialGrant: 0 }));
      expect(await store.submit(command)).toMatchObject({ type: "replayed", generation: null });
      expect(await store.get({ ownerId: "ada", id: command.id })).toMatchObject({ id: command.id });
      await scenario.buy("guest", 4);
    }
    expect(await scenario.balance("ada")).toBe(96);
    expect(await store.audit()).toEqual([]);
  });

  it("reports an incomplete erasure if the owner has submitted again since", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
    loseNextResponse(async (other) => {
      expect((await other.submit(scenario.command())).type).toBe("accepted");
    });
    expect(await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10 })).toMatchObject({
      isErased: false,
    });
    expect([await scenario.balance("deleted_1"), await scenario.balance("ada")]).toEqual([100, 96]);
    expect(await store.audit()).toEqual([]);
  });

  it("leaves a new account of the owner to the next command of the erasure", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
    loseNextResponse((other) =>
      other.adjust({ accountId: "ada", kind: "grant", amount: 7, reason: null, key: "late", initialGrant: 100 }),
    );
    const erase = (pseudonym: string) => store.eraseOwner({ ownerId: "ada", pseudonym, limit: 10 });
    expect(await erase("deleted_1")).toMatchObject({ isErased: false });
    expect([await scenario.balance("deleted_1"), await scenario.balance("ada")]).toEqual([100, 107]);
    expect(await erase("deleted_2")).toMatchObject({ isErased: true });
    expect([await scenario.balance("deleted_2"), await scenario.balance("ada")]).toEqual([107, null]);
    expect(await store.audit()).toEqual([]);
  });

  it("does not return a claimed generation that its owner has canceled since", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    const id = await scenario.accepted();
    loseNextResponse((other) => other.requestCancel({ ownerId: "ada", id }));
    expect(await scenario.claim()).toEqual([]);
    expect(await store.get({ ownerId: "ada", id })).toMatchObject({ state: "canceled" });
  });

  it("returns the record of an operator's action as it was first written", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    await scenario.buy("ada", 10);
    const grant = { accountId: "ada", kind: "grant", reason: null, initialGrant: 0 } as const;
    loseNextResponse((other) => other.adjust({ ...grant, amount: 7, key: "late" }));
    const action = { actor: "grace", action: "adjust", subject: "ada", reason: "ticket 7" } as const;
    expect(await store.adjustByOperator({ ...grant, amount: 5, key: "operator", action })).toMatchObject({
      outcome: "applied",
      before: { balance: 10 },
      after: { balance: 15 },
    });
    expect(await scenario.balance()).toBe(22);
  });

  it("does not overwrite a key of the new owner of the generation", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
    const own = await scenario.accepted({ idempotencyKey });
    const command = scenario.command({ ownerId: "guest", idempotencyKey });
    loseNextResponse((other) => other.transferOwner({ from: "guest", to: "ada", credits: "leave", initialGrant: 0 }));
    await store.submit(command);
    const query = { ownerId: "ada", keyHash: "key" };
    expect(await store.findSubmission(query)).toMatchObject({ generation: { id: own } });
  });

  it("purges an old generation once, and returns its current owner", async () => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    const id = await scenario.accepted();
    await store.requestCancel({ ownerId: "ada", id });
    loseNextResponse((other) => other.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 }));
    expect(await store.purgeGenerations({ endedForMs: 0, limit: 10 })).toMatchObject({
      ownerIds: ["bob"],
      nextInMs: null,
    });
    expect((await scenario.changes("bob")).deleted).toEqual([{ id, sequence: 1 }]);
    expect((await store.getEnded({ id }))?.generation.version).toBe(4);
  });

  it.each<[change: string, apply: (other: Store, id: string) => Promise<unknown>]>([
    ["was seen", (other, id) => other.markSeen({ ownerId: "ada", ids: [id] })],
    ["was deleted", (other, id) => other.remove({ ownerId: "ada", id })],
    ["had its notice shown", (other, id) => other.confirmNotices({ ownerId: "ada", claim: "tab", ids: [id] })],
    [
      "was transferred to another owner",
      (other) => other.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 }),
    ],
  ])("does not return a notice of a generation that %s since", async (_change, apply) => {
    const { store, scenario, loseNextResponse } = await createLossyStore();
    const id = await scenario.accepted();
    await store.requestCancel({ ownerId: "ada", id });
    const command = { ownerId: "ada", claim: "tab", limit: 9, forMs: 60_000, leaseMs: 30_000 };
    loseNextResponse((other) => apply(other, id));
    expect(await store.claimNotices(command)).toEqual([]);
  });
});
