import { describe, expect, it } from "vitest";
import { anyAction, type OperatorAction } from "../../../src/lib/ports/store/operator-store.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

/** Contract of the subjects of recorded actions after the erasure of an account. */
export function describeOperatorSubjects(create: CreateStore): void {
  const action: OperatorAction = { actor: "grace", action: "adjust", subject: "ada", reason: "ticket 7" };
  const ownerMarks = ["mark of ada"];

  const adjust = ({ store }: Given, key: string, after = 0) => {
    const move = { accountId: "ada", kind: "adjustment", amount: 5, key, reason: "operator", initialGrant: 0 } as const;
    return store.adjustByOperator({ ...move, action, erasures: { ownerMarks, after } });
  };
  const erase = ({ store }: Given) =>
    store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_00", limit: 100, ownerMarks });
  const subjects = async ({ store }: Given) =>
    (await store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 10 })).map(
      ({ subject }) => subject,
    );

  describe("the subject of an operator's action", () => {
    it(
      "becomes the pseudonym when its account is erased",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const id = await scenario.accepted();
        await store.cancelByOperator({
          action: { ...action, action: "cancel", subject: id },
          id,
          ownerId: "ada",
          announceTo: [],
        });
        await adjust(given, "a");
        expect(await erase(given)).toMatchObject({ isErased: true });
        expect(await subjects(given)).toEqual(["deleted_00", id]);
        const query = { subject: "deleted_00", before: null, limit: 10 };
        expect(await store.listOperatorActions(query)).toMatchObject([{ outcome: "applied", reason: "ticket 7" }]);
      }),
    );

    it(
      "stays while another owner pays from the account",
      withStore(create, async (given) => {
        const { scenario } = given;
        await scenario.accepted({ ownerId: "member", accountId: "ada" });
        await adjust(given, "a");
        await erase(given);
        expect(await subjects(given)).toEqual(["ada"]);
      }),
    );

    it(
      "is not the account if it was erased after the request began",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await scenario.buy("ada", 10);
        const after = await store.erasurePosition();
        await erase(given);
        expect(await adjust(given, "a", after)).toMatchObject({ outcome: "unchanged", subject: "*" });
        expect(await subjects(given)).toEqual(["*"]);
        expect(await scenario.balance("ada")).toBeNull();
      }),
    );
  });
}
