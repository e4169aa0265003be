import { describe, expect, it } from "vitest";
import type { SubmitCommand, SubmitVerdict } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, output, withStore } from "../scenario.js";

/** Contract of the transfer of all data of one owner to another. */
export function describeTransfer(create: CreateStore): void {
  const guest = { ownerId: "guest", accountId: "guest" };
  const leave = { from: "guest", to: "ada", credits: "leave", initialGrant: 100 } as const;
  const move = { ...leave, credits: "move" } as const;

  /** Creates one completed, one deleted, one running and one queued generation. */
  const seed = async ({ scenario, store, advance }: Given, change: Partial<SubmitCommand> = guest) => {
    const end = async () => {
      const { id, attemptToken } = await scenario.running(change);
      advance(1_000);
      const claim = await scenario.claimOne(id);
      await scenario.result(claim, attemptToken);
      await scenario.settle(claim, { type: "completed", outputs: [output()] });
      return id;
    };
    const completed = await end();
    const deleted = await end();
    await store.remove({ ownerId: "guest", id: deleted });
    const { id: running } = await scenario.running(change);
    const queued = await scenario.accepted(change);
    return { completed, deleted, running, queued };
  };

  /** Whether a submit was accepted. A store that retries after a lost response may see it transferred, as `replayed`. */
  const isAccepted = (verdict: SubmitVerdict | undefined) =>
    verdict?.type === "accepted" || verdict?.type === "replayed";

  describe("transferOwner", () => {
    it(
      "moves all generations to the new owner, as changes in its log",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const own = await scenario.accepted();
        const ids = await seed(given);
        const before = await store.get({ ownerId: "guest", id: ids.completed });
        expect(await store.transferOwner(leave)).toMatchObject({ type: "transferred" });

        const { changed, deleted, sequence } = await scenario.changes("ada", 1);
        expect(changed.map(({ id }) => id)).toEqual([ids.completed, ids.running, ids.queued]);
        expect(deleted.map(({ id }) => id)).toEqual([ids.deleted]);
        const sequences = [...changed, ...deleted].map((change) => change.sequence).toSorted((a, b) => a - b);
        expect(sequences).toEqual([2, 3, 4, 5]);
        expect(sequence).toBe(5);
        expect(changed[0]).toMatchObject({ version: (before?.version ?? 0) + 1, ownerId: "ada", accountId: "guest" });
        expect(await store.get({ ownerId: "ada", id: own })).toMatchObject({ sequence: 1, version: 1 });
        // The next change has the next sequence.
        await store.requestCancel({ ownerId: "ada", id: ids.queued });
        expect((await scenario.changes("ada", 5)).changed).toMatchObject([{ id: ids.queued, sequence: 6 }]);
      }),
    );

    it(
      "sends resync without generations to a watcher of the old owner",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const ids = await seed(given);
        const { sequence } = await scenario.changes("guest");
        await store.transferOwner(leave);
        for (const id of Object.values(ids)) expect(await store.get({ ownerId: "guest", id })).toBeNull();
        for (const after of [0, 1, sequence]) {
          const changes = await scenario.changes("guest", after);
          expect(changes).toMatchObject({ resync: true, changed: [], deleted: [], sequence: sequence + 1 });
        }
        expect(await scenario.changes("guest", sequence + 1)).toMatchObject({ resync: false, sequence: sequence + 1 });
        const next = await scenario.accepted(guest);
        const { changed, resync } = await scenario.changes("guest", sequence + 1);
        expect({ resync, ids: changed.map(({ id }) => id) }).toEqual({ resync: false, ids: [next] });
        expect((await store.sequencesOf(["guest"])).sequences.get("guest")).toBe(sequence + 2);
      }),
    );

    it(
      "keeps a worker's lease, whose generation continues for the new owner",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id, attemptToken } = await scenario.running(guest);
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await store.transferOwner(move);
        expect(await scenario.result(claim, attemptToken)).toEqual({ type: "applied", ownerId: "ada" });
        const verdict = await scenario.settle(claim, { type: "completed", outputs: [output()] });
        expect(verdict).toEqual({ type: "applied", ownerId: "ada" });
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ state: "completed" });
      }),
    );

    it(
      "moves the idempotency keys, and replays those of the old owner as deleted without a second debit",
      withStore(create, async ({ scenario, store }) => {
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        const sharedKey = { keyHash: "both", fingerprint: "body", keepMs: 900_000 };
        const id = await scenario.accepted({ ...guest, idempotencyKey });
        await scenario.accepted({ ...guest, idempotencyKey: sharedKey });
        const own = await scenario.accepted({ idempotencyKey: sharedKey });
        await store.transferOwner(leave);

        expect(await scenario.submit({ idempotencyKey })).toMatchObject({ type: "replayed", generation: { id } });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({ generation: { id } });
        expect(await scenario.submit({ idempotencyKey: sharedKey })).toMatchObject({
          type: "replayed",
          generation: { id: own },
        });
        expect(await scenario.submit({ ...guest, idempotencyKey })).toMatchObject({
          type: "replayed",
          generation: null,
        });
        expect(await store.findSubmission({ ownerId: "guest", keyHash: "key" })).toMatchObject({ generation: null });
        expect(await scenario.balance("guest")).toBe(92);
      }),
    );

    it(
      "is applied to a repeated submit, which returns the generation to its current owner only",
      withStore(create, async ({ scenario, store }) => {
        const command = scenario.command(guest);
        await store.submit(command);
        // The transfer then assigns a sequence that the guest has not reached.
        for (let count = 0; count < 3; count += 1) await scenario.accepted();
        await store.transferOwner(leave);
        expect(await store.submit(command)).toMatchObject({ type: "replayed", generation: null });
        const { entries } = await store.listCredits({ accountId: "guest", limit: 10, before: null });
        expect(entries.filter(({ kind }) => kind === "debit")).toHaveLength(1);

        await store.transferOwner({ ...leave, from: "ada", to: "guest" });
        const verdict = await store.submit(command);
        if (verdict.type !== "accepted") throw new Error(verdict.type);
        expect(await store.get({ ownerId: "guest", id: command.id })).toEqual(verdict.generation);
      }),
    );

    it(
      "moves the spent rate and refund budget to the new owner",
      withStore(create, async ({ scenario, store, advance }) => {
        const perMs = 60_000;
        const limits = { maxActive: 50, rate: { requests: 1, perMs }, refunds: { generations: 1, perMs } };
        const { id } = await scenario.running({ ...guest, limits });
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "content_rejected" });
        await store.transferOwner(leave);
        expect(await scenario.submit({ limits })).toMatchObject({ type: "rate_limited" });
        const unrated = { ...limits, rate: null };
        expect(await scenario.submit({ limits: unrated })).toMatchObject({ type: "refund_budget_spent" });
      }),
    );

    it(
      "leaves each concurrent submit completely to one of the owners",
      withStore(create, async ({ scenario, store }) => {
        const commands = Array.from({ length: 20 }, () => scenario.command(guest));
        const early = commands.slice(0, 10).map((command) => store.submit(command));
        const transfer = store.transferOwner(move);
        const late = commands.slice(10).map((command) => store.submit(command));
        const verdicts = await Promise.all([...early, ...late]);
        await transfer;
        for (const [index, { id }] of commands.entries()) {
          const sides = [await store.get({ ownerId: "guest", id }), await store.get({ ownerId: "ada", id })];
          expect(sides.filter((side) => side !== null)).toHaveLength(isAccepted(verdicts[index]) ? 1 : 0);
        }
        // The initial grants of both accounts, minus all debits.
        const accepted = verdicts.filter(isAccepted).length;
        const [left = 0, moved = 0] = [await scenario.balance("guest"), await scenario.balance("ada")];
        expect(Number(left) + Number(moved)).toBe(200 - 4 * accepted);
      }),
    );

    it(
      "changes nothing when it is repeated",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await seed(given);
        await store.transferOwner(move);
        const before = [await scenario.changes("ada"), await scenario.changes("guest"), await scenario.balance()];
        expect(await store.transferOwner(move)).toMatchObject({ type: "transferred" });
        const after = [await scenario.changes("ada"), await scenario.changes("guest"), await scenario.balance()];
        expect(after).toEqual(before);
      }),
    );

    it(
      "accepts an unknown owner, and moves nothing",
      withStore(create, async ({ scenario, store }) => {
        expect(await store.transferOwner(move)).toMatchObject({ type: "transferred" });
        expect(await scenario.changes("ada")).toMatchObject({ changed: [], sequence: 0 });
      }),
    );
  });
}
