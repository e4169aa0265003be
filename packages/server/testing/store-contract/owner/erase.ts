import { describe, expect, it } from "vitest";
import { type CreateStore, type Given, output, withStore } from "../scenario.js";

/** Contract of the erasure of an owner. The ledger is audited after each test. */
export function describeErase(create: CreateStore): void {
  const ada = { ownerId: "ada", pseudonym: "deleted_1", limit: 100 } as const;

  /** Cancels and erases until the owner is erased. Returns the number of `eraseOwner` commands. */
  const erase = async ({ store }: Given, command: { ownerId: string; pseudonym: string; limit: number } = ada) => {
    for (let commands = 1; ; commands += 1) {
      const { ownerId } = command;
      const { active } = await store.listActive({
        ownerId,
        scope: null,
        activeLimit: 100,
        unseenLimit: 0,
        unseenForMs: 0,
        maxUnseenCount: 100,
      });
      for (const { id } of active) await store.requestCancel({ ownerId, id });
      // An id that was submitted with again during the erasure needs its own pseudonym.
      const pseudonym = commands > 3 ? `${command.pseudonym}_${commands}` : command.pseudonym;
      if ((await store.eraseOwner({ ...command, pseudonym })).isErased) return commands;
    }
  };

  const outbox = async ({ store }: Given) => {
    const items = await store.claimOutbox({ models: ["demo"], topics: ["delete_prefix"], limit: 100, leaseMs: 1_000 });
    return items.map((item) => (item.topic === "delete_prefix" ? item.prefix : item.topic));
  };

  describe("eraseOwner", () => {
    it(
      "deletes content and bytes, and keeps the ledger under a pseudonym",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const id = await scenario.completed(advance);
        const kept = await scenario.accepted({ ownerId: "bob" });
        expect(await store.eraseOwner(ada)).toEqual({ isErased: true, generationId: id, teamIds: ["everyone"] });
        expect(await store.get({ ownerId: "ada", id })).toBeNull();
        expect(await store.get({ ownerId: "deleted_1", id })).toBeNull();
        expect(await store.getOutput({ id, index: 0 })).toBeNull();
        expect(await outbox(given)).toEqual(["prefix-1"]);
        expect(await scenario.balance("ada")).toBeNull();
        const { balance, entries } = await store.listCredits({ accountId: "deleted_1", limit: 10, before: null });
        expect(balance).toBe(96);
        expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
          ["capture", 0],
          ["debit", -4],
          ["grant", 100],
        ]);
        expect(await store.get({ ownerId: "bob", id: kept })).toMatchObject({ input: { prompt: "a cat" } });
        expect(await scenario.balance("bob")).toBe(96);
      }),
    );

    it(
      "assigns no sequence to another owner or for an empty batch, and deletes no key of another owner",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 60_000 };
        await scenario.accepted({ ownerId: "bob", idempotencyKey });
        await scenario.submit({ ownerId: "cyd", credits: 1_000 });
        await erase(given, { ...ada, ownerId: "cyd", pseudonym: "deleted_2" });
        await scenario.accepted();
        const before = await store.sequencesOf(["ada"]);
        await store.eraseOwner(ada);
        expect(await store.sequencesOf(["ada"])).toEqual(before);
        await erase(given);
        expect([...(await store.sequencesOf(["deleted_1", "deleted_2"])).sequences]).toEqual([["deleted_1", 3]]);
        expect(await store.findSubmission({ ownerId: "bob", keyHash: "key" })).not.toBeNull();
      }),
    );

    it(
      "keeps the debit in another account whose refund moved to the erased account",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        await scenario.buy("guest");
        const { id } = await scenario.running({ ownerId: "guest" });
        await store.transferOwner({ from: "guest", to: "ada", credits: "move", initialGrant: 100 });
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "internal" });
        await erase(given);
        expect(await store.audit()).toEqual([]);
      }),
    );

    it(
      "does not wait for requested cancels: their end deletes the last content and bytes, and refunds",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const held = await scenario.storing(advance);
        const { id: running } = await scenario.running();
        const queued = await scenario.accepted();
        expect(await store.eraseOwner(ada)).toMatchObject({ isErased: false });
        expect(await store.get({ ownerId: "ada", id: running })).toMatchObject({ input: { prompt: "a cat" } });
        await erase(given);
        expect(await scenario.balance("deleted_1")).toBe(92);
        expect(await outbox(given)).toEqual([]);

        // A worker with a lease continues, and the next claim still has the input for the provider.
        const done = await scenario.settle(held, { type: "completed", outputs: [output()] });
        expect(done).toEqual({ type: "applied", ownerId: "deleted_1" });
        const claims = await scenario.claim();
        expect(claims.map(({ generation }) => generation.id)).toEqual([running]);
        const [claim] = claims;
        if (claim === undefined) throw new Error("Nothing could be claimed");
        expect(claim).toMatchObject({ generation: { input: null, metadata: null }, parsedInput: { prompt: "a cat" } });
        expect(claim.generation.cancelRequestedAt).not.toBeNull();
        await scenario.settle(claim, { type: "canceled" });
        expect(await scenario.balance("deleted_1")).toBe(96);
        expect((await outbox(given)).toSorted()).toEqual(["prefix-1", "prefix-2"]);
        expect(await store.getOutput({ id: held.generation.id, index: 0 })).toBeNull();
        expect(await store.claim({ models: ["demo"], limit: 9, leaseMs: 1_000, token: "t" })).toEqual([]);
        expect(await store.get({ ownerId: "ada", id: queued })).toBeNull();
      }),
    );

    it(
      "runs in batches, and a repeated command finishes it after a crash between two batches",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const ids = [];
        for (let count = 0; count < 7; count += 1) ids.push(await scenario.accepted());
        for (const id of ids) await store.requestCancel({ ownerId: "ada", id });
        // A store that retries after a lost response may have run this command twice.
        expect(await store.eraseOwner({ ...ada, limit: 1 })).toMatchObject({ isErased: false });
        expect(await store.audit()).toEqual([]);
        expect(await scenario.balance("ada")).toBe(100);
        expect(await erase(given, { ...ada, pseudonym: "deleted_2", limit: 3 })).toBeLessThanOrEqual(2);
        expect(await scenario.balance("ada")).toBeNull();
        expect(await scenario.balance("deleted_2")).toBe(100);
        expect(await erase(given, { ...ada, pseudonym: "deleted_3" })).toBe(1);
        expect(await scenario.balance("deleted_3")).toBeNull();
      }),
    );

    it(
      "erases a generation that was submitted between two batches",
      withStore(create, async ({ scenario, store }) => {
        for (let count = 0; count < 7; count += 1) {
          await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
        }
        expect(await store.eraseOwner({ ...ada, limit: 1 })).toMatchObject({ isErased: false });
        await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
        expect(await store.eraseOwner(ada)).toMatchObject({ isErased: true });
      }),
    );

    it(
      "sends resync to a watcher, during and after the erasure",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        for (let count = 0; count < 7; count += 1) {
          await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
        }
        const { sequence } = await scenario.changes("ada");
        await store.eraseOwner({ ...ada, limit: 1 });
        const changes = await scenario.changes("ada", sequence);
        expect(changes).toMatchObject({ resync: true, changed: [], deleted: [] });
        expect(changes.sequence).toBeGreaterThan(sequence);
        await erase(given);
        expect(await scenario.changes("ada", sequence)).toMatchObject({ resync: true, changed: [] });
        expect((await store.sequencesOf(["ada"])).sequences.has("ada")).toBe(false);
      }),
    );

    it(
      "treats a returning id as a new owner, with new keys, limits and account",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        const limits = { maxActive: 50, rate: { requests: 1, perMs: 60_000 }, refunds: null };
        const id = await scenario.accepted({ idempotencyKey, limits });
        await erase(given);
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toBeNull();
        const again = await scenario.submit({ idempotencyKey, limits });
        expect(again).toMatchObject({ type: "accepted", balance: 96, generation: { version: 1 } });
        expect(again.type === "accepted" && again.generation.id).not.toBe(id);
      }),
    );

    it(
      "keeps the keys of transferred generations, so that a late retry is not charged again",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        const own = { keyHash: "own", fingerprint: "body", keepMs: 900_000 };
        await scenario.accepted({ idempotencyKey });
        await store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 });
        await scenario.accepted({ idempotencyKey: own });
        const deleted = await scenario.accepted({ ownerId: "cyd", idempotencyKey });
        await store.requestCancel({ ownerId: "cyd", id: deleted });
        await store.remove({ ownerId: "cyd", id: deleted });
        await erase(given);
        expect(await store.findSubmission({ ownerId: "cyd", keyHash: "key" })).toMatchObject({ generation: null });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "own" })).toBeNull();
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({ generation: null });
        expect(await scenario.submit({ idempotencyKey })).toMatchObject({ type: "replayed", generation: null });
        const other = { ...idempotencyKey, fingerprint: "another body" };
        expect(await scenario.submit({ idempotencyKey: other })).toEqual({ type: "mismatch" });
        // Neither submit created the owner or the account again.
        expect((await store.sequencesOf(["ada"])).sequences).toEqual(new Map());
        expect(await store.listCredits({ accountId: "ada", limit: 1, before: null })).toMatchObject({ balance: null });
        advance(900_000);
        expect(await scenario.submit({ idempotencyKey })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "keeps the keys of transferred generations that were deleted, or whose new owner was erased",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const key = (keyHash: string) => ({ keyHash, fingerprint: "body", keepMs: 900_000 });
        await scenario.buy("guest");
        const deleted = await scenario.completed(advance, { ownerId: "guest", idempotencyKey: key("deleted") });
        await scenario.completed(advance, { ownerId: "guest", idempotencyKey: key("kept") });
        await store.transferOwner({ from: "guest", to: "ada", credits: "move", initialGrant: 0 });
        await store.remove({ ownerId: "ada", id: deleted });
        await erase(given);
        for (const pseudonym of ["deleted_2", "deleted_3"]) await erase(given, { ...ada, ownerId: "guest", pseudonym });
        for (const idempotencyKey of [key("deleted"), key("kept")]) {
          const repeat = await scenario.submit({ ownerId: "guest", idempotencyKey });
          expect(repeat).toMatchObject({ type: "replayed", generation: null });
          expect(await store.findSubmission({ ownerId: "ada", keyHash: idempotencyKey.keyHash })).toBeNull();
        }
      }),
    );

    it(
      "either erases a concurrent submit or leaves it to the returning owner",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const commands = Array.from({ length: 10 }, () => scenario.command());
        const racing = commands.map((command) => store.submit(command));
        await Promise.all([...racing, erase(given)]);
        const { active } = await store.listActive({
          ownerId: "ada",
          scope: null,
          activeLimit: 100,
          unseenLimit: 0,
          unseenForMs: 0,
          maxUnseenCount: 100,
        });
        const balance = await scenario.balance("ada");
        expect(balance).toBe(active.length === 0 && balance === null ? null : 100 - 4 * active.length);
        await erase(given, { ...ada, pseudonym: "deleted_2" });
        expect(await scenario.balance("ada")).toBeNull();
      }),
    );

    it(
      "keeps a shared account, and the generations that were transferred to another owner",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await store.requestCancel({ ownerId: "ada", id: await scenario.accepted({ accountId: "team" }) });
        const moved = await scenario.accepted({ ownerId: "guest" });
        await store.transferOwner({ from: "guest", to: "bob", credits: "leave", initialGrant: 0 });
        await erase(given);
        expect(await scenario.balance("team")).toBe(100);
        await erase(given, { ownerId: "guest", pseudonym: "deleted_2", limit: 100 });
        // The erased payer still receives the refund, under its pseudonym.
        const verdict = await store.requestCancel({ ownerId: "bob", id: moved });
        expect(verdict).toMatchObject({ applied: true, generation: { accountId: "deleted_2" } });
        expect(await scenario.balance("deleted_2")).toBe(100);
      }),
    );

    it(
      "redirects later refunds of moved credits to the pseudonym",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        await scenario.buy("guest");
        const { id } = await scenario.running({ ownerId: "guest" });
        await store.transferOwner({ from: "guest", to: "ada", credits: "move", initialGrant: 0 });
        await scenario.buy("bob");
        const others = await scenario.accepted({ ownerId: "bob" });
        await erase(given);
        await store.requestCancel({ ownerId: "bob", id: others });
        expect(await scenario.balance("bob")).toBe(100);
        expect([await scenario.balance("guest"), await scenario.balance("deleted_1")]).toEqual([0, 96]);
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "canceled" });
        expect(await scenario.balance("deleted_1")).toBe(100);
      }),
    );

    it(
      "deletes the bytes of a generation that was deleted before only once",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        await store.remove({ ownerId: "ada", id: await scenario.completed(advance) });
        expect(await outbox(given)).toEqual(["prefix-1"]);
        await erase(given);
        expect(await outbox(given)).toEqual([]);
      }),
    );
  });
}
