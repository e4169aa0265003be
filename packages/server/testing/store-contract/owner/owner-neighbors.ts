import { describe, expect, it } from "vitest";
import { type CreateStore, output, withStore } from "../scenario.js";

const topics = ["delete_objects", "delete_prefix"] as const;

/** What the commands and reads of an owner must leave alone: the owner's other generations, and other things of one. */
export function describeOwnerNeighbors(create: CreateStore): void {
  describe("of several generations, an owner", () => {
    it(
      "makes one with each key",
      withStore(create, async ({ scenario, store }) => {
        const submission = (keyHash: string) => ({ keyHash, fingerprint: "body", keepMs: 1_000 });
        const first = await scenario.accepted({ submission: submission("one") });
        const second = await scenario.accepted({ submission: submission("two") });
        const found = await store.findSubmission({ ownerId: "ada", keyHash: "one" });
        expect([found?.generationId, first === second]).toEqual([first, false]);
      }),
    );

    it(
      "is told of its own active ones when there are too many, and of a refusal when the key is forgotten",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.accepted({ ownerId: "bob" });
        const ended = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: ended });
        const limits = { maxActive: 1, rate: null, refunds: null };
        const submission = { keyHash: "key", fingerprint: "body", keepMs: 1_000 };
        const active = await scenario.accepted({ limits, submission });
        const refused = { type: "too_many_active", activeIds: [active] };
        expect(await scenario.submit({ limits })).toEqual(refused);
        advance(1_000);
        expect(await scenario.submit({ limits, submission })).toEqual(refused);
      }),
    );

    it(
      "gets each one's outputs and preview",
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
          await scenario.park(await scenario.take(id), { dueInMs: 100_000, progress });
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
      "is answered with the one it cancels",
      withStore(create, async ({ scenario, store }) => {
        const ids = [await scenario.accepted(), await scenario.accepted(), (await scenario.running()).id];
        const answers = [];
        for (const id of ids) answers.push(await store.requestCancel({ ownerId: "ada", id }));
        expect(answers.map((answer) => answer?.generation.id)).toEqual(ids);
      }),
    );

    it(
      "deletes one, and another's job is not forgotten",
      withStore(create, async ({ scenario, store, advance }) => {
        const running = await scenario.running();
        const done = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: done });
        await store.remove({ ownerId: "ada", id: done });
        advance(1_000);
        expect((await scenario.take(running.id)).attempt?.operation).toEqual({ job: 1 });
      }),
    );

    it(
      "marks its own as seen, and moves nobody else's order",
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
      "is forgotten, and nobody else's bytes and order are touched",
      withStore(create, async ({ scenario, store, advance }) => {
        const bob = await scenario.accepted({ ownerId: "bob" });
        const claim = await scenario.take(bob);
        await scenario.intent(claim, "token");
        await scenario.result(claim, "token");
        await scenario.settle(claim, { type: "completed", outputs: [output()] });
        await scenario.completed(advance);
        const { id: running } = await scenario.running();
        advance(1_000);
        const preview = { storageKey: "prefix/preview", contentType: "image/png" };
        const progress = { value: null, source: "provider", queuePosition: null, preview } as const;
        await scenario.park(await scenario.take(running), { progress });
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
      "gives what it has to another, with none of the keys of what it gave away before, and spends no third one's rate",
      withStore(create, async ({ scenario, store }) => {
        const submission = (keyHash: string) => ({ keyHash, fingerprint: "body", keepMs: 60_000 });
        const limits = { maxActive: 50, rate: { requests: 1, perMs: 60_000 }, refunds: null };
        const give = (to: string) => store.transferOwner({ from: "ada", to, credits: "leave", initialGrant: 0 });
        await scenario.accepted({ ownerId: "cyd" });
        await scenario.accepted({ submission: submission("before") });
        await give("bob");
        await scenario.accepted({ submission: submission("now"), limits });
        await give("dan");
        expect(await store.findSubmission({ ownerId: "dan", keyHash: "now" })).not.toBeNull();
        expect(await store.findSubmission({ ownerId: "dan", keyHash: "before" })).toBeNull();
        expect(await scenario.submit({ ownerId: "dan", limits })).toMatchObject({ type: "rate_limited" });
        expect(await scenario.submit({ ownerId: "cyd", limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "hears of one attempt by its call-back, and of no other",
      withStore(create, async ({ scenario, store, advance }) => {
        const generationId = await scenario.accepted();
        for (const to of ["retry_wait", "reconciling"] as const) {
          const claim = await scenario.take(generationId);
          await scenario.intent(claim);
          await scenario.park(claim, { to, attempt: { state: "unknown", failure: null } });
          advance(1_000);
        }
        const record = (attempt: number) =>
          store.recordWebhook({ generationId, attempt, deliveryId: "delivery", hint: { job: attempt } });
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
      "marks none as seen that was deleted",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id });
        const { sequence } = await scenario.changes("ada");
        await store.markSeen({ ownerId: "ada", ids: [id] });
        expect((await scenario.changes("ada")).sequence).toBe(sequence);
      }),
    );
  });

  describe("what was sent twice", () => {
    it(
      "keeps its place in the order",
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
      "completes once, with its outputs",
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
      "is in the outbox once, and goes from it alone",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids = [await scenario.completed(advance), await scenario.completed(advance)];
        for (const id of ids) await store.remove({ ownerId: "ada", id });
        for (const id of ids) await store.remove({ ownerId: "ada", id });
        const claim = (limit: number) => store.claimOutbox({ models: ["demo"], topics, limit, leaseMs: 1_000 });
        const [first, ...none] = await claim(1);
        const [second, ...more] = (await Promise.all([claim(10), claim(10), claim(10)])).flat();
        expect([none, more]).toEqual([[], []]);
        if (first === undefined || second === undefined) throw new Error("there was nothing to take");
        await store.confirmOutbox({ id: first.id });
        advance(1_000);
        expect((await claim(10)).map(({ id }) => id)).toEqual([second.id]);
      }),
    );
  });
}
