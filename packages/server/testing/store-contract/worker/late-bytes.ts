import { describe, expect, it } from "vitest";
import { lateBytesMs } from "../../../src/lib/ports/late-bytes.js";
import { type CreateStore, type Given, output, withStore } from "../scenario.js";

const query = { models: ["demo"], topics: ["delete_prefix"] } as const;

/** Contract of the second deletion: an abandoned `put` may store its bytes after the first one. */
export function describeLateBytes(create: CreateStore): void {
  /** The prefixes that are due now. */
  const drain = async ({ store }: Given) => {
    const items = await store.claimOutbox({ ...query, limit: 100, leaseMs: 1_000 });
    for (const item of items) await store.confirmOutbox(item);
    return items.map((item) => (item.topic === "delete_prefix" ? item.prefix : item.topic));
  };
  const expectSecond = async (given: Given, prefixes: readonly string[]) => {
    expect(await drain(given)).toEqual(prefixes);
    expect(await given.store.nextDueInMs(query)).toBe(lateBytesMs);
    given.advance(lateBytesMs - 1);
    expect(await drain(given)).toEqual([]);
    given.advance(1);
    expect(await drain(given)).toEqual(prefixes);
    expect(await given.store.nextDueInMs(query)).toBeNull();
  };
  const expectLast = async (given: Given, prefixes: readonly string[]) => {
    expect(await drain(given)).toEqual(prefixes);
    expect(await given.store.nextDueInMs(query)).toBeNull();
  };
  const erase = ({ store }: Given) => store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 100 });

  describe("late bytes", () => {
    it(
      "of a failed and of a canceled generation are deleted ten minutes after its end",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        const { id } = await scenario.running({ storagePrefix: "failed" });
        await scenario.running({ storagePrefix: "canceled" });
        advance(1_000);
        for (const claim of await scenario.claim()) {
          const isFailed = claim.generation.id === id;
          await scenario.settle(claim, isFailed ? { type: "failed", code: "internal" } : { type: "canceled" });
        }
        await expectSecond(given, ["failed", "canceled"]);
      }),
    );

    it.each([0, lateBytesMs - 1])(
      "of a generation that is deleted %i ms after its end are deleted ten minutes later",
      (ms) =>
        withStore(create, async (given) => {
          const { scenario, store, advance } = given;
          const id = await scenario.completed(advance);
          advance(ms);
          await store.remove({ ownerId: "ada", id });
          // The owner's deletion keeps the item.
          await erase(given);
          await expectSecond(given, ["prefix-1"]);
        })(),
    );

    it(
      "of a generation that ended shortly before its owner is deleted are deleted ten minutes later",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        await scenario.completed(advance, { storagePrefix: "old" });
        advance(lateBytesMs);
        await scenario.completed(advance, { storagePrefix: "new" });
        await erase(given);
        expect(await drain(given)).toEqual(["old", "new"]);
        given.advance(lateBytesMs);
        await expectLast(given, ["new"]);
      }),
    );

    it(
      "of outputs that are recorded long after the end are deleted ten minutes later",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        const claim = await scenario.claimOne(await scenario.accepted());
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken, true);
        await scenario.settle(claim, { type: "failed", code: "deadline_exceeded" });
        expect(await drain(given)).toEqual(["prefix-1"]);
        advance(lateBytesMs);
        await expectLast(given, ["prefix-1"]);
        await scenario.result(claim, attemptToken, [output()]);
        // A store that sends a refused command twice may add the prefix twice.
        for (const delayMs of [0, lateBytesMs]) {
          advance(delayMs);
          expect(new Set(await drain(given))).toEqual(new Set(["prefix-1"]));
        }
      }),
    );

    it(
      "are not expected of a generation that ended ten minutes before its deletion or its purge",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const id = await scenario.completed(advance, { storagePrefix: "deleted" });
        await scenario.completed(advance, { storagePrefix: "purged" });
        advance(lateBytesMs);
        await store.remove({ ownerId: "ada", id });
        await expectLast(given, ["deleted"]);
        await store.purgeGenerations({ endedForMs: lateBytesMs, limit: 10 });
        await expectLast(given, ["purged"]);
      }),
    );
  });
}
