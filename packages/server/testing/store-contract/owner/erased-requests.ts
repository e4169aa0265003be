import { describe, expect, it } from "vitest";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const mark = "mark of ada";

/** Contract of writes whose request began before the erasure of its owner. */
export function describeErasedRequests(create: CreateStore): void {
  const erase = ({ scenario, store }: Given) =>
    store.eraseOwner({
      ownerId: "ada",
      pseudonym: `deleted_${scenario.token()}`,
      limit: 10,
      ownerMarks: [mark, "another mark of ada"],
    });

  /** Whether the owner or its account exists. */
  const exists = async ({ scenario }: Given) => {
    const { sequence } = await scenario.changes("ada");
    return sequence !== (await scenario.changes("unknown")).sequence || (await scenario.balance("ada")) !== null;
  };

  describe("a request from before an erasure", () => {
    it(
      "does not create the owner again if it repeats a submit",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        for (const key of [null, idempotencyKey]) {
          const command = scenario.command({ idempotencyKey: key });
          await store.submit(command);
          await store.requestCancel({ ownerId: "ada", id: command.id });
          await erase(given);
          expect(await store.submit(command)).toMatchObject({ type: "replayed", generation: null });
          expect(await exists(given)).toBe(false);
        }
      }),
    );

    it(
      "writes nothing, and one from after it does",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await scenario.accepted({ ownerId: "guest" });
        const erasures = { ownerMarks: ["another", mark], after: await store.erasurePosition() };
        const input = {
          id: "inp_1",
          ownerId: "ada",
          storageKey: "key",
          contentType: "image/png",
          byteLength: 1,
          sha256: "hash",
          width: 1,
          height: 1,
          durationMs: null,
          rate: null,
        };
        const adjust = {
          accountId: "ada",
          kind: "grant",
          amount: 7,
          reason: null,
          key: "late",
          initialGrant: 5,
        } as const;
        const transfer = { from: "guest", to: "ada", initialGrant: 5 };
        const write = async (check: typeof erasures) => [
          (await scenario.submit({ erasures: check })).type,
          (await store.adjust({ ...adjust, erasures: check })).type,
          (await store.transferOwner({ ...transfer, credits: "move", erasures: check })).type,
          (await store.transferOwner({ ...transfer, credits: "leave", erasures: check })).type,
          (await store.recordInput({ ...input, erasures: check })).type,
        ];
        await erase(given);
        expect(await write(erasures)).toEqual(Array.from({ length: 5 }, () => "owner_erased"));
        expect(await exists(given)).toBe(false);
        expect(await store.getInput({ id: "inp_1" })).toBeNull();
        expect((await scenario.changes("guest")).changed).toHaveLength(1);
        const after = await store.erasurePosition();
        expect(after).toBeGreaterThan(erasures.after);
        const written = ["accepted", "applied", "transferred", "transferred", "recorded"];
        expect(await write({ ...erasures, after })).toEqual(written);
      }),
    );

    it(
      "is refused after the owner has returned, too",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await scenario.accepted();
        const erasures = { ownerMarks: [mark], after: await store.erasurePosition() };
        await store.requestCancel({ ownerId: "ada", id: (await scenario.changes("ada")).changed[0]?.id ?? "" });
        await erase(given);
        const id = await scenario.accepted();
        expect((await scenario.submit({ erasures })).type).toBe("owner_erased");
        expect(await store.get({ ownerId: "ada", id })).not.toBeNull();
        expect(await scenario.balance("ada")).toBe(96);
      }),
    );

    it(
      "is refused by each mark of the erasure",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const after = await store.erasurePosition();
        await erase(given);
        for (const known of [mark, "another mark of ada"]) {
          expect((await scenario.submit({ erasures: { ownerMarks: [known], after } })).type).toBe("owner_erased");
        }
        const since = await store.erasurePosition();
        const erasures = { ownerMarks: [mark, "another mark of ada"], after: since };
        expect((await scenario.submit({ erasures })).type).toBe("accepted");
      }),
    );

    it(
      "is not refused for the erasure of another owner",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const erasures = { ownerMarks: ["mark of bob"], after: await store.erasurePosition() };
        await erase(given);
        expect((await scenario.submit({ ownerId: "bob", erasures })).type).toBe("accepted");
      }),
    );

    it(
      "has a lower position than a second erasure of the same owner",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await erase(given);
        const erasures = { ownerMarks: [mark], after: await store.erasurePosition() };
        await erase(given);
        expect((await scenario.submit({ erasures })).type).toBe("owner_erased");
      }),
    );

    it(
      "has a lower position than an erasure after the earlier ones have expired",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        await erase(given);
        const erasures = { ownerMarks: ["mark of bob"], after: await store.erasurePosition() };
        advance(86_400_000);
        await store.eraseOwner({ ownerId: "bob", pseudonym: "deleted_bob", limit: 10, ownerMarks: ["mark of bob"] });
        expect((await scenario.submit({ ownerId: "bob", erasures })).type).toBe("owner_erased");
        // The first one has expired.
        expect((await scenario.submit({ erasures: { ownerMarks: [mark], after: 0 } })).type).toBe("accepted");
      }),
    );

    it(
      "has a lower position than an erasure after a restored backup, also if its own history had more erasures",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        for (const _ of ["a restore", "a restore of that history"]) {
          const lost = (await store.erasurePosition()) + 7;
          advance(1_000);
          await store.startTimeline();
          await erase(given);
          expect((await scenario.submit({ erasures: { ownerMarks: [mark], after: lost } })).type).toBe("owner_erased");
        }
      }),
    );
  });
}
