import { describe, expect, it } from "vitest";
import { lateBytesMs } from "../../../src/lib/ports/late-bytes.js";
import type { OutboxTopic } from "../../../src/lib/ports/store/outbox.js";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, output, refundOf, type Scenario, withStore } from "../scenario.js";

const preview = (name: string) => ({
  value: null,
  source: "provider" as const,
  queuePosition: null,
  preview: { storageKey: `prefix/${name}`, contentType: "image/png" },
});

const topics = ["delete_objects", "delete_prefix"] as const;

/** Contract of the outbox: work that a commit schedules for later. */
export function describeOutbox(create: CreateStore): void {
  describe("the outbox", () => {
    const claimItems = async (store: Store) =>
      (await store.claimOutbox({ models: ["demo"], topics, limit: 10, leaseMs: 1_000 })).map(({ id, ...item }) => item);

    it(
      "keeps the prefix of a deleted generation until the deletion of its bytes is confirmed",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        advance(lateBytesMs);
        await store.remove({ ownerId: "ada", id });
        expect(await store.nextDueInMs({ models: [], topics })).toBe(0);

        const [item] = await store.claimOutbox({ models: ["demo"], topics, limit: 10, leaseMs: 1_000 });
        expect(item).toMatchObject({ topic: "delete_prefix", prefix: "prefix-1" });
        expect(await claimItems(store)).toEqual([]);

        advance(1_000);
        const [again] = await store.claimOutbox({ models: ["demo"], topics, limit: 10, leaseMs: 1_000 });
        expect(again).toEqual(item);
        await store.confirmOutbox({ id: again?.id ?? 0 });
        advance(3_600_000);
        expect(await claimItems(store)).toEqual([]);
        expect(await store.nextDueInMs({ models: [], topics })).toBeNull();
      }),
    );

    it(
      "returns no item of an unknown topic",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id });
        const known = ["delete_objects"] as const;
        expect(await store.nextDueInMs({ models: [], topics: known })).toBeNull();
        expect(await store.claimOutbox({ models: ["demo"], topics: known, limit: 10, leaseMs: 1_000 })).toEqual([]);
        expect(await claimItems(store)).toHaveLength(1);
      }),
    );

    it(
      "receives a preview when the next one is recorded, and the last one when the generation completes",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id, attemptToken } = await scenario.running();
        for (const name of ["first", "second"]) {
          advance(1_000);
          await scenario.park(await scenario.claimOne(id), { progress: preview(name) });
        }
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await scenario.result(claim, attemptToken);
        await scenario.settle(claim, { type: "completed", outputs: [output()] });
        expect(await claimItems(store)).toEqual([
          { topic: "delete_objects", keys: ["prefix/first"] },
          { topic: "delete_objects", keys: ["prefix/second"] },
        ]);
        expect(await store.getPreview({ id })).toBeNull();
      }),
    );

    it(
      "receives the prefix of a failed or canceled generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id: failed } = await scenario.running({ storagePrefix: "failed" });
        const { id: canceled } = await scenario.running({ storagePrefix: "canceled" });
        advance(1_000);
        for (const { generation } of await scenario.claim()) {
          const claim = { generation, parsedInput: null, attempt: null, gate: null, now: 0, unreadable: null };
          if (generation.id === failed) await scenario.settle(claim, { type: "failed", code: "internal" });
          if (generation.id === canceled) await scenario.settle(claim, { type: "canceled" });
        }
        expect(await claimItems(store)).toEqual([
          { topic: "delete_prefix", prefix: "failed" },
          { topic: "delete_prefix", prefix: "canceled" },
        ]);
      }),
    );

    it(
      "receives a preview that is recorded after the end",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        const { id } = await scenario.running();
        advance(1_000);
        const slow = await scenario.claimOne(id);
        advance(30_000);
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "internal" });
        await claimItems(store);
        expect(await scenario.park(slow)).toEqual({ type: "lost" });
        expect(await claimItems(store)).toEqual([]);
        expect(await scenario.park(slow, { progress: preview("late") })).toEqual({ type: "lost" });
        // A store that sends a command twice may add the key twice. A second deletion is harmless.
        const [item, ...others] = await claimItems(store);
        expect(item).toEqual({ topic: "delete_objects", keys: ["prefix/late"] });
        for (const other of others) expect(other).toEqual(item);
      }),
    );

    it(
      "receives nothing of a generation without an attempt",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id });
        advance(1);
        await store.remove({ ownerId: "ada", id });
        expect(await claimItems(store)).toEqual([]);
      }),
    );

    it(
      "receives the preview of a worker without the lease",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { progress: preview("first") });
        advance(1_000);
        const expired = await scenario.claimOne(id);
        advance(30_000);
        await scenario.claimOne(id);
        expect(await scenario.park(expired)).toEqual({ type: "lost" });
        expect(await claimItems(store)).toEqual([]);
        expect(await scenario.park(expired, { progress: preview("second") })).toEqual({ type: "lost" });
        // A store that sends a command twice may add the key twice.
        expect((await claimItems(store))[0]).toEqual({ topic: "delete_objects", keys: ["prefix/second"] });
        expect(await store.getPreview({ id })).toMatchObject({ storageKey: "prefix/first" });
      }),
    );

    const jobsAndHooks = ["cancel_job", "announce_to_hook"] as const;
    const dayMs = 86_400_000;
    /** Fails a running generation: adds items that cancel its job and announce its end. */
    const failRunning = async (scenario: Scenario, advance: (ms: number) => void): Promise<string> => {
      const { id } = await scenario.running();
      advance(1_000);
      const { generation } = await scenario.claimOne(id);
      const outcome = { type: "failed", code: "deadline_exceeded" } as const;
      const settle = { id, epoch: generation.epoch, token: scenario.token(), outcome, attempt: null };
      const refund = refundOf(generation, outcome);
      await scenario.store.settle({ ...settle, refund, announceTo: ["hook"] });
      return id;
    };
    const drop = (store: Store, models: readonly string[], topics: readonly OutboxTopic[]) =>
      store.dropUnclaimedOutbox({ models, topics, limit: 10 });

    it(
      "drops a job after a day and an announcement after a week that no worker claimed",
      withStore(create, async ({ scenario, store, advance }) => {
        await failRunning(scenario, advance);
        advance(dayMs - 1);
        expect(await drop(store, ["other"], [])).toEqual([]);
        advance(1);
        expect(await drop(store, ["other"], ["cancel_job"])).toEqual(["cancel_job"]);
        advance(6 * dayMs - 1);
        expect(await drop(store, [], [])).toEqual([]);
        advance(1);
        expect(await drop(store, [], [])).toEqual(["announce_to_hook", "announce_to_hook"]);
        expect(await store.nextDueInMs({ models: ["demo"], topics: jobsAndHooks })).toBeNull();
        expect(await store.audit()).toEqual([]);
      }),
    );

    it(
      "keeps items that the worker can claim, that another worker has claimed, or that delete bytes",
      withStore(create, async ({ scenario, store, advance }) => {
        await failRunning(scenario, advance);
        await store.remove({ ownerId: "ada", id: await scenario.completed(advance) });
        advance(8 * dayMs);
        expect(await drop(store, ["demo"], jobsAndHooks)).toEqual([]);
        const claim = { models: ["demo"], topics: jobsAndHooks, limit: 10, leaseMs: 1_000 };
        expect(await store.claimOutbox(claim)).toHaveLength(3);
        expect(await drop(store, [], [])).toEqual([]);
        const bytes = ["delete_objects", "delete_prefix"] as const;
        expect(await store.nextDueInMs({ models: [], topics: bytes })).toBe(0);
      }),
    );

    it(
      "drops jobs of unknown models with their owner, and keeps jobs of known models",
      withStore(create, async ({ scenario, store, advance }) => {
        await failRunning(scenario, advance);
        const claim = { models: ["demo"], topics: ["cancel_job"] as const, limit: 10, leaseMs: 1_000 };
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10, models: ["demo"] });
        expect(await store.claimOutbox(claim)).toHaveLength(1);

        await failRunning(scenario, advance);
        advance(10_000);
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_2", limit: 10, models: ["other"] });
        // The job of the first deletion.
        expect(await store.claimOutbox(claim)).toHaveLength(1);
      }),
    );
  });
}
