import { describe, expect, it } from "vitest";
import type { ClaimedGeneration } from "../../../src/lib/generation/generation-record.js";
import type { Store } from "../../../src/lib/ports/store/store.js";
import type { ProgressWrite } from "../../../src/lib/ports/store/store-commands.js";
import { type CreateStore, type Given, output, withStore } from "../scenario.js";

const half: ProgressWrite = { value: 0.5, source: "provider", queuePosition: null, preview: null };
const preview = (name: string) => ({ storageKey: `prefix/${name}`, contentType: "image/png" });

/** Contract of the progress of a blocking call. */
export function describeProgress(create: CreateStore): void {
  /** Claims a generation whose paid request to a blocking provider is in flight. */
  const submitting = async ({ scenario }: Pick<Given, "scenario">, isEstimated = false) => {
    const claim = await scenario.claimOne(await scenario.accepted());
    const { id, epoch } = claim.generation;
    const intent = { attemptToken: "attempt", providerId: "p", starts: true, expectedInMs: 9_000, isEstimated };
    await scenario.store.recordIntent({ id, epoch, token: scenario.token(), ...intent });
    return claim;
  };

  const recordProgress = (
    { scenario, store }: Given,
    { generation }: ClaimedGeneration,
    change: Partial<ProgressWrite> = {},
  ) => {
    const { id, epoch } = generation;
    return store.recordProgress({ id, epoch, token: scenario.token(), progress: { ...half, ...change } });
  };

  const seen = ({ store }: Given, { generation }: ClaimedGeneration) =>
    store.get({ ownerId: "ada", id: generation.id });

  describe("recordProgress", () => {
    it(
      "shows progress, which never decreases, and keeps the lease",
      withStore(create, async (given) => {
        const claim = await submitting(given);
        expect(await recordProgress(given, claim, { preview: preview("one") })).toEqual({
          type: "applied",
          ownerId: "ada",
        });
        given.advance(1_000);
        expect(await recordProgress(given, claim, { value: 0.25 })).toMatchObject({ type: "applied" });
        expect(await seen(given, claim)).toMatchObject({
          state: "submitting",
          progress: 0.5,
          progressSource: "provider",
          progressAt: claim.now + 1_000,
          preview: preview("one"),
          version: 4,
          sequence: 4,
        });
        expect(await given.store.getPreview({ id: claim.generation.id })).toEqual(preview("one"));
        given.advance(28_999);
        expect(await given.scenario.claim()).toEqual([]);
      }),
    );

    it(
      "keeps the estimate for a provider without progress",
      withStore(create, async (given) => {
        const claim = await submitting(given, true);
        await recordProgress(given, claim, { preview: preview("one") });
        expect(await seen(given, claim)).toMatchObject({ progressSource: "estimate", preview: preview("one") });
      }),
    );

    it(
      "is applied once when it is repeated",
      withStore(create, async (given) => {
        const claim = await submitting(given);
        await recordProgress(given, claim, { preview: preview("one") });
        const { id, epoch } = claim.generation;
        const command = { id, epoch, token: "same", progress: { ...half, preview: preview("two") } };
        for (let sent = 0; sent < 3; sent += 1) {
          expect(await given.store.recordProgress(command)).toMatchObject({ type: "applied" });
        }
        expect(await seen(given, claim)).toMatchObject({ version: 4, sequence: 4, preview: preview("two") });
        expect(await claimDeletedKeys(given.store)).toEqual(["prefix/one"]);
      }),
    );

    it(
      "is refused before the intent and after the result, and a refused preview is deleted",
      withStore(create, async (given) => {
        const { scenario } = given;
        const queued = await scenario.claimOne(await scenario.accepted());
        expect(await recordProgress(given, queued)).toEqual({ type: "lost" });

        const claim = await submitting(given);
        await recordProgress(given, claim, { preview: preview("shown") });
        await scenario.result(claim, "attempt", [output()]);
        const before = await seen(given, claim);
        expect(await recordProgress(given, claim, { value: 0.9, preview: preview("late") })).toEqual({ type: "lost" });
        expect(await recordProgress(given, claim, { preview: preview("shown") })).toEqual({ type: "lost" });
        expect(await seen(given, claim)).toEqual(before);
        expect(new Set(await claimDeletedKeys(given.store))).toEqual(new Set(["prefix/late"]));
      }),
    );

    it(
      "is refused after the lease has expired, and for a generation that is reconciling",
      withStore(create, async (given) => {
        const claim = await submitting(given);
        given.advance(30_000);
        const next = await given.scenario.claimOne(claim.generation.id);
        expect(next.generation.state).toBe("reconciling");
        expect(await recordProgress(given, claim, { preview: preview("late") })).toEqual({ type: "lost" });
        expect(await recordProgress(given, next)).toEqual({ type: "lost" });
        expect(new Set(await claimDeletedKeys(given.store))).toEqual(new Set(["prefix/late"]));

        // The next attempt belongs to another lease.
        await given.scenario.park(next, { to: "retry_wait", dueInMs: 0 });
        await given.scenario.intent(await given.scenario.claimOne(claim.generation.id));
        expect(await recordProgress(given, claim)).toEqual({ type: "lost" });
        expect(await seen(given, claim)).toMatchObject({ state: "submitting", progress: null });
      }),
    );

    it(
      "changes no other generation",
      withStore(create, async (given) => {
        const other = await submitting(given);
        await recordProgress(given, other, { value: 0.125, preview: preview("other") });
        const before = await seen(given, other);
        const claim = await given.scenario.claimOne(await given.scenario.accepted());
        await given.scenario.intent(claim, "second");
        await recordProgress(given, claim, { preview: preview("one") });
        await recordProgress(given, claim, { preview: preview("two") });
        await given.scenario.operation(claim, "second");
        await recordProgress(given, claim, { preview: preview("three") });
        expect(await seen(given, other)).toEqual(before);
        expect(new Set(await claimDeletedKeys(given.store))).toEqual(new Set(["prefix/one", "prefix/three"]));
      }),
    );
  });
}

/**
 * Keys of the objects that the outbox will delete. A store that sends a refused command twice may add its preview twice. A
 * second deletion is harmless.
 */
async function claimDeletedKeys(store: Store): Promise<readonly string[]> {
  const items = await store.claimOutbox({ models: [], topics: ["delete_objects"], limit: 100, leaseMs: 1_000 });
  return items.flatMap((item) => (item.topic === "delete_objects" ? item.keys : []));
}
