import { describe, expect, it } from "vitest";
import { type CreateStore, output, withStore } from "../scenario.js";

const topics = ["delete_objects", "delete_prefix"] as const;

/** Contract of isolation: an owner's commands and reads concern only the named generations of this owner. */
export function describeOwnerNeighbors(create: CreateStore): void {
  describe("an owner with several generations", () => {
    it(
      "creates one generation for each idempotency key",
      withStore(create, async ({ scenario, store }) => {
        const idempotencyKey = (keyHash: string) => ({ keyHash, fingerprint: "body", keepMs: 1_000 });
        const first = await scenario.accepted({ idempotencyKey: idempotencyKey("one") });
        const second = await scenario.accepted({ idempotencyKey: idempotencyKey("two") });
        const found = await store.findSubmission({ ownerId: "ada", keyHash: "one" });
        expect([found?.generationId, first === second]).toEqual([first, false]);
      }),
    );

    it(
      "receives only its own active ids above the cap, also for an expired idempotency key",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.accepted({ ownerId: "bob" });
        const ended = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: ended });
        const limits = { maxActive: 1, rate: null, refunds: null };
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 1_000 };
        const active = await scenario.accepted({ limits, idempotencyKey });
        const refused = { type: "too_many_active", activeIds: [active] };
        expect(await scenario.submit({ limits })).toEqual(refused);
        advance(1_000);
        expect(await scenario.submit({ limits, idempotencyKey })).toEqual(refused);
      }),
    );

    it(
      "reads the outputs and the preview of the requested generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const complete = async (storageKey: string) => {
          const claim = await scenario.storing(advance);
          await scenario.settle(claim, { type: "completed", outputs: [output({ storageKey })] });
          return claim.generation.id;
        };
        const show = async (storageKey: string) => {
          const { id } = await scenario.running();
          advance(1_000);
          const preview = { storageKey, contentType: "image/png" };
          const progress = { value: null, source: "provider", queuePosition: null, preview } as const;
          await scenario.park(await scenario.claimOne(id), { dueInMs: 100_000, progress });
          return id;
        };
        const ids = [await complete("prefix/a"), await complete("prefix/b")];
        const keys = await Promise.all(ids.map((id) => store.getOutput({ id, index: 0 })));
        expect(keys.map((found) => found?.storageKey)).toEqual(["prefix/a", "prefix/b"]);
        const all = await Promise.all(ids.map((id) => store.get({ ownerId: "ada", id })));
        expect(all.map((found) => found?.outputs.map(({ storageKey }) => storageKey))).toEqual([
          ["prefix/a"],
          ["prefix/b"],
        ]);
        const shown = [await show("prefix/c"), await show("prefix/d")];
        const previews = await Promise.all(shown.map((id) => store.getPreview({ id })));
        expect(previews.map((found) => found?.storageKey)).toEqual(["prefix/c", "prefix/d"]);
      }),
    );

    it(
      "receives the canceled generation",
      withStore(create, async ({ scenario, store }) => {
        const ids = [await scenario.accepted(), await scenario.accepted(), (await scenario.running()).id];
        const verdicts = [];
        for (const id of ids) verdicts.push(await store.requestCancel({ ownerId: "ada", id }));
        expect(verdicts.map((verdict) => verdict?.generation.id)).toEqual(ids);
      }),
    );

    it(
      "deletes one generation, and another one keeps its operation",
      withStore(create, async ({ scenario, store, advance }) => {
        const running = await scenario.running();
        const done = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: done });
        await store.remove({ ownerId: "ada", id: done });
        advance(1_000);
        expect((await scenario.claimOne(running.id)).attempt?.operation).toEqual({ job: 1 });
      }),
    );

    it(
      "marks its own generations as seen, and changes no sequence of another owner",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.accepted({ ownerId: "bob" });
        const ids: string[] = [];
        for (let count = 0; count < 4; count += 1) ids.push(await scenario.completed(advance));
        const before = await store.sequencesOf(["bob", "zoe"]);
        await store.markSeen({ ownerId: "ada", ids });
        expect(await store.sequencesOf(["bob", "zoe"])).toEqual(before);
      }),
    );

    it(
      "is erased without a change to the outputs and sequences of other owners",
      withStore(create, async ({ scenario, store, advance }) => {
        const bob = await scenario.accepted({ ownerId: "bob" });
        const claim = await scenario.claimOne(bob);
        await scenario.intent(claim, "token");
        await scenario.result(claim, "token");
        await scenario.settle(claim, { type: "completed", outputs: [output()] });
        await scenario.completed(advance);
        const { id: running } = await scenario.running();
        advance(1_000);
        const preview = { storageKey: "prefix/preview", contentType: "image/png" };
        const progress = { value: null, source: "provider", queuePosition: null, preview } as const;
        await scenario.park(await scenario.claimOne(running), { progress });
        await store.requestCancel({ ownerId: "ada", id: running });
        const before = await store.sequencesOf(["bob", "zoe"]);
        const erase = { ownerId: "ada", pseudonym: "deleted_1", limit: 100 };
        while (!(await store.eraseOwner(erase)).isErased) advance(1);
        expect(await store.sequencesOf(["bob", "zoe"])).toEqual(before);
        expect(await store.getOutput({ id: bob, index: 0 })).not.toBeNull();
        expect(await store.getPreview({ id: running })).toBeNull();
      }),
    );

    it(
      "transfers its current keys without those of earlier transfers, and spends no rate of a third owner",
      withStore(create, async ({ scenario, store }) => {
        const idempotencyKey = (keyHash: string) => ({ keyHash, fingerprint: "body", keepMs: 60_000 });
        const limits = { maxActive: 50, rate: { requests: 1, perMs: 60_000 }, refunds: null };
        const transferTo = (to: string) => store.transferOwner({ from: "ada", to, credits: "leave", initialGrant: 0 });
        await scenario.accepted({ ownerId: "cyd" });
        await scenario.accepted({ idempotencyKey: idempotencyKey("before") });
        await transferTo("bob");
        await scenario.accepted({ idempotencyKey: idempotencyKey("now"), limits });
        await transferTo("dan");
        expect(await store.findSubmission({ ownerId: "dan", keyHash: "now" })).not.toBeNull();
        expect(await store.findSubmission({ ownerId: "dan", keyHash: "before" })).toBeNull();
        expect(await scenario.submit({ ownerId: "dan", limits })).toMatchObject({ type: "rate_limited" });
        expect(await scenario.submit({ ownerId: "cyd", limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "has each webhook recorded at its own attempt",
      withStore(create, async ({ scenario, store, advance }) => {
        const generationId = await scenario.accepted();
        for (const to of ["retry_wait", "reconciling"] as const) {
          const claim = await scenario.claimOne(generationId);
          await scenario.intent(claim);
          await scenario.park(claim, { to, attempt: { state: "unknown", failure: null } });
          advance(1_000);
        }
        const record = (attempt: number) =>
          store.recordWebhook({ generationId, attempt, deliveryId: "delivery", operationHint: { job: attempt } });
        expect([await record(1), await record(2)]).toEqual(["unmatched", "recorded"]);
        const hints = await Promise.all([1, 2].map((attempt) => store.findAttempt({ generationId, attempt })));
        expect(hints.map((found) => found?.attempt.operationHint)).toEqual([{ job: 1 }, { job: 2 }]);
        const unwanted = await store.claimOutbox({
          models: ["demo"],
          topics: ["cancel_job"],
          limit: 10,
          leaseMs: 1_000,
        });
        expect(unwanted).toMatchObject([{ job: { attempt: 1, operationHint: { job: 1 } } }]);
      }),
    );

    it(
      "cannot mark a deleted generation as seen",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id });
        const { sequence } = await scenario.changes("ada");
        await store.markSeen({ ownerId: "ada", ids: [id] });
        expect((await scenario.changes("ada")).sequence).toBe(sequence);
      }),
    );
  });

  describe("a repeated command", () => {
    it(
      "keeps the sequence",
      withStore(create, async ({ scenario, store }) => {
        const command = scenario.command();
        await store.submit(command);
        const before = await store.get({ ownerId: "ada", id: command.id });
        await scenario.accepted();
        await store.submit(command);
        expect((await store.get({ ownerId: "ada", id: command.id }))?.sequence).toBe(before?.sequence);
      }),
    );

    it(
      "completes a generation once, with its outputs",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.storing(advance);
        const { id, epoch } = claim.generation;
        const settle = {
          id,
          epoch,
          token: scenario.token(),
          outcome: { type: "completed", outputs: [output()] },
          refund: { credits: 0, reason: "completed 1/1" },
          attempt: null,
        } as const;
        expect(await store.settle(settle)).toMatchObject({ type: "applied" });
        expect(await store.settle(settle)).toMatchObject({ type: "applied" });
        expect((await store.get({ ownerId: "ada", id }))?.outputs).toHaveLength(1);
      }),
    );

    it(
      "adds one item to the outbox, which is confirmed separately",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids = [await scenario.completed(advance), await scenario.completed(advance)];
        for (const id of ids) await store.remove({ ownerId: "ada", id });
        for (const id of ids) await store.remove({ ownerId: "ada", id });
        const claim = (limit: number) => store.claimOutbox({ models: ["demo"], topics, limit, leaseMs: 1_000 });
        const [first, ...none] = await claim(1);
        const [second, ...more] = (await Promise.all([claim(10), claim(10), claim(10)])).flat();
        expect([none, more]).toEqual([[], []]);
        if (first === undefined || second === undefined) throw new Error("Nothing could be claimed");
        await store.confirmOutbox({ id: first.id });
        advance(1_000);
        expect((await claim(10)).map(({ id }) => id)).toEqual([second.id]);
      }),
    );
  });
}
