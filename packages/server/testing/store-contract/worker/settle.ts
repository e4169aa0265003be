import { describe, expect, it } from "vitest";
import { type CreateStore, output, refundOf, withStore } from "../scenario.js";

/** Contract of `settle`: terminal states and their refunds. */
export function describeSettle(create: CreateStore): void {
  describe("settle with the token of an attempt", () => {
    it(
      "is applied once by the latest attempt's token while the outcome is unknown, and ends the lease of the reconciling worker",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const slow = await scenario.claimOne(id);
        await scenario.intent(slow, "attempt-1");
        advance(30_000);
        const reconciling = await scenario.claimOne(id);
        expect(await scenario.drop(slow, "another-token")).toEqual({ type: "lost" });
        expect(await scenario.drop(slow, "attempt-1")).toEqual({ type: "applied", ownerId: "ada" });
        expect(await scenario.drop(slow, "attempt-1")).toEqual({ type: "lost" });
        expect(await scenario.settle(reconciling, { type: "canceled" })).toEqual({ type: "lost" });
        const ended = await store.get({ ownerId: "ada", id });
        expect(ended).toMatchObject({ state: "canceled", refundedCredits: 0 });
        expect(ended?.epoch).toBeGreaterThan(reconciling.generation.epoch);
        const found = await store.findAttempt({ generationId: id, attempt: 1 });
        expect(found?.attempt).toMatchObject({ state: "done", endedAt: reconciling.now });
        expect(await scenario.balance()).toBe(96);
      }),
    );

    it(
      "is refused after another attempt has started",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted();
        const slow = await scenario.claimOne(id);
        await scenario.intent(slow, "attempt-1");
        advance(30_000);
        await scenario.park(await scenario.claimOne(id), { to: "retry_wait", dueInMs: 0 });
        await scenario.intent(await scenario.claimOne(id), "attempt-2");
        advance(30_000);
        expect((await scenario.claimOne(id)).generation.state).toBe("reconciling");
        expect(await scenario.drop(slow, "attempt-1")).toEqual({ type: "lost" });
      }),
    );
  });

  describe("settle", () => {
    it(
      "completes a generation with its outputs, and captures the credits",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.storing(advance);
        const thumbnail = {
          storageKey: "prefix/1-thumb-abc",
          contentType: "image/webp",
          byteLength: 10,
          width: 64,
          height: 32,
        };
        const outputs = [
          output(),
          output({
            ...{ index: 1, storageKey: "prefix/1-def.png", placeholder: "1QcS", thumbnail, flags: ["nsfw"] },
            provenance: { digitalSourceType: "algorithmicMedia", c2pa: false, marked: true },
          }),
        ];
        const verdict = await scenario.settle(claim, { type: "completed", outputs });
        expect(verdict).toEqual({ type: "applied", ownerId: "ada" });
        const { id } = claim.generation;
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({
          state: "completed",
          progress: 1,
          outputs,
          refundedCredits: 0,
          finishedAt: claim.now,
        });
        expect(await store.getOutput({ id, index: 1 })).toEqual(outputs[1]);
        expect(await store.getOutput({ id, index: 2 })).toBeNull();
        expect(await scenario.balance()).toBe(96);
      }),
    );

    it(
      "refunds by the policy of the submit, and names the failure and the rate in the entry",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running({ refunds: { output_unavailable: 75, internal: 0 } });
        advance(1_000);
        const claim = await scenario.claimOne(id);
        expect(claim.generation.refunds).toEqual({ output_unavailable: 75, internal: 0 });
        await scenario.settle(claim, { type: "failed", code: "output_unavailable" });
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({
          state: "failed",
          failureCode: "output_unavailable",
          refundedCredits: 3,
        });
        const { balance, entries } = await store.listCredits({ accountId: "ada", limit: 1, before: null });
        expect(balance).toBe(99);
        expect(entries[0]).toMatchObject({ kind: "refund", amount: 3, reason: "failed:output_unavailable 75%" });
      }),
    );

    it(
      "refuses a refund above the debit or below 0",
      withStore(create, async ({ scenario, advance }) => {
        const claim = await scenario.storing(advance);
        for (const credits of [5, -1]) {
          const refund = { credits, reason: "failed:internal 100%" };
          expect(await scenario.settle(claim, { type: "failed", code: "internal" }, refund)).toEqual({ type: "lost" });
        }
        expect(await scenario.balance()).toBe(96);
      }),
    );

    it(
      "is applied once when several workers repeat it concurrently",
      withStore(create, async ({ scenario, store, advance }) => {
        const { generation } = await scenario.storing(advance);
        const { id, epoch } = generation;
        const command = {
          id,
          epoch,
          outcome: { type: "failed", code: "internal" },
          refund: { credits: 4, reason: "failed:internal 100%" },
          attempt: null,
        } as const;
        const tokens = [
          ...Array.from({ length: 5 }, () => "same"),
          ...Array.from({ length: 5 }, () => scenario.token()),
        ];
        const verdicts = await Promise.all(tokens.map((token) => store.settle({ ...command, token })));
        // A store with several connections may run the commands in any order.
        const applied = tokens.filter((_, index) => verdicts[index]?.type === "applied");
        const [winner] = applied;
        expect(applied).toEqual(tokens.filter((token) => token === winner));
        expect(await scenario.balance()).toBe(100);
      }),
    );

    it(
      "keeps the time at which the provider finished as the end of the attempt",
      withStore(create, async ({ scenario, store, advance }) => {
        const { generation, now } = await scenario.storing(advance);
        advance(1_000);
        const outcome = { type: "completed", outputs: [output()] } as const;
        const command = { id: generation.id, epoch: generation.epoch, token: scenario.token(), outcome };
        const refund = refundOf(generation, outcome);
        await store.settle({ ...command, refund, attempt: { state: "done", failure: null } });
        const detail = await store.getDetail({ id: generation.id });
        expect(detail).toMatchObject({
          generation: { finishedAt: now + 1_000 },
          attempts: [{ state: "done", endedAt: now }],
        });
      }),
    );

    it(
      "refuses a second end",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.storing(advance);
        await scenario.settle(claim, { type: "completed", outputs: [output()] });
        const before = await store.get({ ownerId: "ada", id: claim.generation.id });
        const { generation } = claim;
        const later = { ...claim, generation: { ...generation, epoch: generation.epoch + 1 } };
        expect(await scenario.settle(later, { type: "failed", code: "internal" })).toEqual({ type: "lost" });
        expect(await store.requestCancel({ ownerId: "ada", id: generation.id })).toMatchObject({ applied: false });
        expect(await store.get({ ownerId: "ada", id: generation.id })).toEqual(before);
      }),
    );

    it(
      "changes no other generation",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const other = await scenario.accepted();
        const claim = (await scenario.claim()).find(({ generation }) => generation.id === id);
        if (claim === undefined) throw new Error("Nothing could be claimed");
        await scenario.settle(claim, { type: "failed", code: "internal" });
        expect(await store.get({ ownerId: "ada", id: other })).toMatchObject({ state: "queued" });
      }),
    );

    it.each(["queued", "submitting", "running", "retry_wait", "reconciling"] as const)(
      "can fail or cancel a generation in state %s",
      (state) =>
        withStore(create, async ({ scenario, advance }) => {
          const claimInState = async () => {
            const first = await scenario.claimOne(await scenario.accepted());
            if (state === "queued") return first;
            const attemptToken = scenario.token();
            await scenario.intent(first, attemptToken);
            if (state === "submitting") return first;
            if (state === "running") await scenario.operation(first, attemptToken);
            else await scenario.park(first, { to: state });
            advance(1_000);
            return scenario.claimOne(first.generation.id);
          };
          const failed = await scenario.settle(await claimInState(), { type: "failed", code: "internal" });
          const canceled = await scenario.settle(await claimInState(), { type: "canceled" });
          expect([failed.type, canceled.type]).toEqual(["applied", "applied"]);
        })(),
    );

    it(
      "completes only a generation in state storing",
      withStore(create, async ({ scenario, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        const verdict = await scenario.settle(claim, { type: "completed", outputs: [output()] });
        expect(verdict).toEqual({ type: "lost" });
      }),
    );

    it(
      "assigns a new sequence for each change",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        await scenario.completed(advance);
        const { changed, sequence } = await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 10 });
        expect(changed.map((generation) => generation.sequence)).toEqual([3, 6]);
        expect(sequence).toBe(6);
      }),
    );
  });
}
