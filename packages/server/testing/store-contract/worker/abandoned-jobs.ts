import type { Json } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import type { JobCancel } from "../../../src/lib/ports/store/outbox.js";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, output, refundOf, withStore } from "../scenario.js";

/** Contract of abandoned jobs, which continue at the provider after their generation has ended. */
export function describeAbandonedJobs(create: CreateStore): void {
  describe("an abandoned job", () => {
    const claimItems = (store: Store) =>
      store.claimOutbox({ models: ["demo"], topics: ["cancel_job"], limit: 10, leaseMs: 1_000 });
    const jobs = async (store: Store) => {
      const items = await claimItems(store);
      return items.map((item) => (item.topic === "cancel_job" ? item.job : item.topic));
    };

    it(
      "is added to the outbox when its generation fails before the job has ended",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id, attemptToken } = await scenario.running();
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "deadline_exceeded" });
        const attempt = {
          providerId: "p",
          attempt: 1,
          token: attemptToken,
          operation: { job: 1 },
          operationHint: null,
        };
        expect(await jobs(store)).toEqual([{ generationId: id, model: "demo", ...attempt }]);
      }),
    );

    it(
      "counts its claims",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "canceled" });
        expect(await claimItems(store)).toMatchObject([{ tries: 1 }]);
        advance(1_000);
        expect(await claimItems(store)).toMatchObject([{ tries: 2 }]);
      }),
    );

    it(
      "is claimed only by a worker that knows its model, and wakes no other worker",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "canceled" });
        const topics = ["cancel_job", "delete_prefix"] as const;
        const others = { models: ["flux"], topics } as const;
        expect(await store.claimOutbox({ ...others, limit: 1, leaseMs: 1_000 })).toMatchObject([
          { topic: "delete_prefix" },
        ]);
        expect(await store.claimOutbox({ ...others, limit: 1, leaseMs: 1_000 })).toEqual([]);
        expect(await store.nextDueInMs(others)).toBe(1_000);
        expect(await store.nextDueInMs({ ...others, models: ["demo"] })).toBe(0);
        expect(await claimItems(store)).toMatchObject([{ tries: 1 }]);
      }),
    );

    it.each([999, 1_000, 1_500])(
      "blocks neither other jobs nor its own generation with an operation of depth %i",
      (depth) =>
        withStore(create, async ({ scenario, store, advance }) => {
          const claim = await scenario.claimOne(await scenario.accepted());
          const attemptToken = scenario.token();
          await scenario.intent(claim, attemptToken);
          await scenario.operation(claim, attemptToken, 1_000, nested(depth));
          const { id: other } = await scenario.running();
          advance(1_000);
          for (const due of await scenario.claim()) {
            expect(await scenario.settle(due, { type: "canceled" })).toMatchObject({ type: "applied" });
          }
          const { id } = claim.generation;
          expect(await store.nextDueInMs({ models: ["demo"], topics: ["cancel_job"] })).toBe(0);
          expect(await jobs(store)).toMatchObject([
            { generationId: id, token: attemptToken },
            { generationId: other, operation: { job: 1 } },
          ]);
        })(),
    );

    it(
      "has no operation when the response was lost",
      withStore(create, async ({ scenario, store }) => {
        const claim = await scenario.claimOne(await scenario.accepted());
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken);
        await scenario.settle(claim, { type: "failed", code: "deadline_exceeded" });
        expect(await jobs(store)).toMatchObject([{ attempt: 1, token: attemptToken, operation: null }]);
      }),
    );

    it(
      "is added by a cancel between two attempts if the first attempt may have been accepted",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim);
        await scenario.park(claim, { to: "reconciling", attempt: { state: "unknown", failure: null } });
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { to: "retry_wait" });
        await store.requestCancel({ ownerId: "ada", id });
        expect(await jobs(store)).toMatchObject([{ generationId: id, operation: null }]);
        await store.requestCancel({ ownerId: "ada", id });
        expect(await jobs(store)).toEqual([]);
      }),
    );

    it(
      "is not added when the provider completed, refused, failed or canceled it",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        for (const state of ["rejected", "failed", "canceled"] as const) {
          const { id } = await scenario.running();
          advance(1_000);
          const { generation } = await scenario.claimOne(id);
          const outcome =
            state === "canceled" ? { type: state } : ({ type: "failed", code: "provider_failed" } as const);
          await store.settle({
            id,
            epoch: generation.epoch,
            token: scenario.token(),
            outcome,
            refund: refundOf(generation, outcome),
            attempt: { state, failure: null },
          });
        }
        expect(await jobs(store)).toEqual([]);
      }),
    );

    it(
      "is added again with its operation when the lost response arrives after the end",
      withStore(create, async ({ scenario, store }) => {
        const claim = await scenario.claimOne(await scenario.accepted());
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken);
        await scenario.settle(claim, { type: "failed", code: "deadline_exceeded" });
        await jobs(store);
        expect(await scenario.operation(claim, attemptToken)).toEqual({ type: "lost" });
        expect(await jobs(store)).toMatchObject([{ token: attemptToken, operation: { job: 1 } }]);
        await scenario.operation(claim, attemptToken);
        expect(await jobs(store)).toEqual([]);
      }),
    );

    it(
      "is added for a late operation of an earlier attempt",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const first = await scenario.claimOne(id);
        const firstToken = scenario.token();
        await scenario.intent(first, firstToken);
        await scenario.park(first, { to: "retry_wait", attempt: { state: "rejected", failure: null } });
        advance(1_000);
        const second = await scenario.claimOne(id);
        await scenario.intent(second);
        expect(await scenario.operation(first, firstToken)).toEqual({ type: "lost" });
        expect(await jobs(store)).toMatchObject([{ attempt: 1, token: firstToken, operation: { job: 1 } }]);
      }),
    );

    it(
      "is not added when the operation is recorded, once or twice",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id, attemptToken } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await scenario.operation(claim, attemptToken);
        expect(await jobs(store)).toEqual([]);
      }),
    );

    it(
      "has the result of its latest cancel, of which a final one stays",
      withStore(create, async ({ scenario, store }) => {
        const { id } = await scenario.running();
        await scenario.running();
        const cancelOf = async () => (await store.getDetail({ id }))?.attempts.map(({ jobCancel }) => jobCancel);
        const record = (result: JobCancel, attempt = 1) => store.recordJobCancel({ generationId: id, attempt, result });
        expect(await cancelOf()).toEqual([null]);
        for (const result of ["requested", "unknown", "unsupported", "canceled"] as const) {
          await record(result);
          expect(await cancelOf()).toEqual([result]);
        }
        for (const result of ["too_late", "unknown"] as const) await record(result);
        await record("requested", 2);
        expect(await cancelOf()).toEqual(["canceled"]);
      }),
    );

    it(
      "adds its late outputs to the outbox for deletion",
      withStore(create, async ({ scenario, store }) => {
        const claim = await scenario.claimOne(await scenario.accepted());
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken, true);
        await scenario.settle(claim, { type: "failed", code: "deadline_exceeded" });
        const bytes = { models: ["demo"], topics: ["delete_prefix"], limit: 10, leaseMs: 1_000 } as const;
        const [first, ...none] = await store.claimOutbox(bytes);
        expect(none).toEqual([]);
        await scenario.result(claim, attemptToken, [output()]);
        // A store that sends a command twice may add the prefix twice. A second deletion is harmless.
        const late = await store.claimOutbox(bytes);
        expect(late.length).toBeGreaterThan(0);
        for (const item of late) expect(item).toEqual({ ...first, id: item.id });
      }),
    );
  });
}

function nested(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}
