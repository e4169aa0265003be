import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of a worker's command that is sent again with its token, when other commands have followed the first one. */
export function describeRepeatedCommands(create: CreateStore): void {
  describe("a repeated claim", () => {
    const command = { models: ["demo"], limit: 10, leaseMs: 30_000, token: "same" };

    it(
      "raises the epoch after its lease expired, so that the first holder loses the generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const [first] = await store.claim(command);
        if (first === undefined) throw new Error("Nothing could be claimed");
        await scenario.intent(first, "attempt-1");
        advance(30_000);
        const [again] = await store.claim(command);
        expect(again).toMatchObject({
          generation: { id, epoch: 2, state: "reconciling", expiredLeases: 1 },
          attempt: { token: "attempt-1", state: "unknown" },
        });
        expect(await scenario.claim()).toEqual([]);
        expect(await scenario.park(first, { to: "retry_wait" })).toEqual({ type: "lost" });
      }),
    );

    it(
      "claims a generation that became due, beside one whose lease expired",
      withStore(create, async ({ scenario, store, advance }) => {
        const first = await scenario.accepted();
        await store.claim(command);
        advance(30_000);
        const second = await scenario.accepted();
        const claims = await store.claim(command);
        expect(new Map(claims.map(({ generation }) => [generation.id, generation.epoch]))).toEqual(
          new Map([
            [first, 2],
            [second, 1],
          ]),
        );
      }),
    );
  });

  describe("a repeated park", () => {
    it(
      "keeps the end of its attempt when another worker has claimed the generation since",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const { generation, now } = await scenario.claimOne(id);
        const attempt = { state: "failed", failure: null } as const;
        const parking = { id, epoch: generation.epoch, token: "same", to: "retry_wait", attempt } as const;
        const command = { ...parking, dueInMs: 0, isNoop: false, progress: null };
        await store.park(command);
        advance(1_000);
        expect((await scenario.claimOne(id)).attempt).toMatchObject({ state: "failed", endedAt: now });
        expect(await store.park(command)).toMatchObject({ type: "applied" });
        const found = await store.findAttempt({ generationId: id, attempt: 1 });
        expect(found?.attempt.endedAt).toBe(now);
      }),
    );
  });

  describe("a park that is repeated after a late result", () => {
    it(
      "keeps the end that the result wrote",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const { attempt: running, generation } = await scenario.claimOne(id);
        const attempt = { state: "accepted", failure: null } as const;
        const parking = { id, epoch: generation.epoch, token: "same", to: "running", attempt } as const;
        const command = { ...parking, dueInMs: 60_000, isNoop: false, progress: null };
        expect(await store.park(command)).toMatchObject({ type: "applied" });
        advance(1_000);
        const late = { id, epoch: 0, token: "late", attemptToken: running?.token ?? "" };
        expect(await store.recordResult({ ...late, outputs: [], costs: [] })).toEqual({ type: "lost" });
        const ended = await store.findAttempt({ generationId: id, attempt: 1 });
        expect(ended?.attempt.state).toBe("done");
        expect(await store.park(command)).toMatchObject({ type: "applied" });
        expect(await store.findAttempt({ generationId: id, attempt: 1 })).toEqual(ended);
      }),
    );
  });

  describe("a repeated intent", () => {
    it(
      "is refused after its attempt failed, and starts no other attempt",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        const intent = { id, epoch: claim.generation.epoch, token: "same", attemptToken: "attempt-1", providerId: "p" };
        const command = { ...intent, starts: true, expectedInMs: null, isEstimated: false };
        await store.recordIntent(command);
        await scenario.park(claim, { to: "retry_wait" });
        expect(await store.recordIntent(command)).toEqual({ type: "lost" });
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ state: "retry_wait", attempts: 1, version: 2 });
      }),
    );
  });
}
