import { describe, expect, it } from "vitest";
import { type CreateStore, type Given, output, refundOf, withStore } from "../scenario.js";

const failed = { type: "failed", code: "provider_failed" } as const;
const failure = { code: "content_blocked", message: "the vendor's text about a cat" } as const;

/** Contract of deleted content: late and repeated commands do not restore it. */
export function describeDeletedContent(create: CreateStore): void {
  const attemptOf = async ({ store }: Given, generationId: string) =>
    (await store.findAttempt({ generationId, attempt: 1 }))?.attempt;

  const jobs = async ({ store }: Given) =>
    (await store.claimOutbox({ models: ["demo"], topics: ["cancel_job"], limit: 10, leaseMs: 1_000 })).map((item) =>
      item.topic === "cancel_job" ? (item.job.operation ?? item.job.operationHint) : item.topic,
    );

  /** A deleted generation that failed before the response to its paid request arrived. */
  const deleted = async (given: Given) => {
    const { scenario, store } = given;
    const claim = await scenario.claimOne(await scenario.accepted());
    const { id } = claim.generation;
    const attemptToken = scenario.token();
    await scenario.intent(claim, attemptToken);
    await scenario.settle(claim, failed);
    expect(await jobs(given)).toEqual([null]);
    expect(await store.remove({ ownerId: "ada", id })).toMatchObject({ type: "removed" });
    return { claim, id, attemptToken };
  };

  describe("deleted content", () => {
    it(
      "is not restored by a repeated settle",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const { id } = await scenario.running();
        advance(1_000);
        const { generation } = await scenario.claimOne(id);
        const end = {
          id,
          epoch: generation.epoch,
          token: scenario.token(),
          outcome: failed,
          refund: refundOf(generation, failed),
          attempt: { state: "failed", failure },
        } as const;
        expect(await store.settle(end)).toMatchObject({ type: "applied" });
        expect(await attemptOf(given, id)).toMatchObject({ state: "failed", failure });
        await store.remove({ ownerId: "ada", id });
        expect(await store.settle(end)).toMatchObject({ type: "applied" });
        expect(await attemptOf(given, id)).toMatchObject({ state: "failed", failure: null });
      }),
    );

    it(
      "is not added by a late result",
      withStore(create, async (given) => {
        const { claim, id, attemptToken } = await deleted(given);
        expect(await given.scenario.result(claim, attemptToken, [output()])).toEqual({ type: "lost" });
        expect(await attemptOf(given, id)).toMatchObject({ state: "done", outputs: null });
      }),
    );

    it(
      "includes the late bytes of an earlier attempt of a completed generation",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const first = await scenario.claimOne(id);
        await scenario.intent(first, "first");
        await scenario.park(first, { to: "retry_wait", dueInMs: 0, attempt: { state: "unknown", failure: null } });
        const second = await scenario.claimOne(id);
        await scenario.intent(second, "second");
        await scenario.result(second, "second", [output()]);
        await scenario.settle(second, { type: "completed", outputs: [output()] });
        const late = () => scenario.result(first, "first", [output({ storageKey: "prefix-1/0-late" })]);
        const drained = async () => {
          const query = { models: [], topics: ["delete_prefix"], limit: 10, leaseMs: 60_000 } as const;
          const items = await store.claimOutbox(query);
          for (const item of items) await store.confirmOutbox(item);
          return items.map((item) => item.topic === "delete_prefix" && item.prefix);
        };
        await late();
        expect(await drained()).toEqual([]);
        await store.remove({ ownerId: "ada", id });
        const deleted = await drained();
        expect(deleted).toHaveLength(1);
        await late();
        // A store that sends a refused command twice may add the prefix twice. A second deletion is harmless.
        expect(new Set(await drained())).toEqual(new Set(deleted));
      }),
    );

    it(
      "is not added by a late operation, whose job is canceled",
      withStore(create, async (given) => {
        const { claim, id, attemptToken } = await deleted(given);
        expect(await given.scenario.operation(claim, attemptToken)).toEqual({ type: "lost" });
        expect(await attemptOf(given, id)).toMatchObject({ operation: null });
        expect((await jobs(given))[0]).toEqual({ job: 1 });
      }),
    );

    it(
      "is not added by a late webhook, whose job is canceled",
      withStore(create, async (given) => {
        const { id } = await deleted(given);
        const delivery = { generationId: id, attempt: 1, deliveryId: "late", operationHint: { job: 2 } };
        expect(await given.store.recordWebhook(delivery)).toBe("unmatched");
        expect(await attemptOf(given, id)).toMatchObject({ operationHint: null });
        // A store that sends a command twice may add the job twice. A second cancel is harmless.
        expect(new Set((await jobs(given)).map((job) => JSON.stringify(job)))).toEqual(new Set(['{"job":2}']));
      }),
    );

    it(
      "is kept for the worker until an active generation has ended",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await deleted(given);
        const claim = await scenario.claimOne(await scenario.accepted());
        const { id } = claim.generation;
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken);
        await store.requestCancel({ ownerId: "ada", id });
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_00", limit: 10 });
        await scenario.operation(claim, attemptToken);
        expect(await attemptOf(given, id)).toMatchObject({ operation: { job: 1 } });
        const next = await scenario.claimOne(id);
        await scenario.result(next, attemptToken, [output()]);
        expect(await attemptOf(given, id)).toMatchObject({ outputs: [output()] });
        await scenario.settle(next, { type: "completed", outputs: [output()] });
        expect(await attemptOf(given, id)).toMatchObject({ state: "done", operation: null, outputs: null });
      }),
    );
  });
}
