import { beforeEach, describe, expect, it } from "vitest";
import { clearedPostgres } from "../../../../test/start-postgres.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import type { Store } from "../../ports/store/store.js";
import { postgresStore } from "./postgres-store.js";

const database = clearedPostgres();

interface Given {
  readonly store: Store;
  readonly scenario: Scenario;
  /**
   * Loses the response of the next call of a function, whose name begins with this text, after its commit. Runs an action
   * of another process before the command is sent again.
   */
  readonly loseResponse: (name: string, action: (other: Store) => Promise<unknown>) => void;
}

let given: Given;

beforeEach(async () => {
  const client = await database();
  const reliable = postgresStore({ client });
  let lost: { readonly name: string; readonly action: (other: Store) => Promise<unknown> } | null = null;
  const store = postgresStore({
    client: {
      async query(text: string, values: unknown[]) {
        const result = await client.query(text, values);
        if (lost === null || !text.includes(`safelight_${lost.name}_`)) return result;
        const { action } = lost;
        lost = null;
        await action(reliable);
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      },
    },
  });
  await store.migrate();
  given = {
    store,
    scenario: new Scenario(store),
    loseResponse(name, action) {
      lost = { name, action };
    },
  };
  return async () => {
    expect(lost).toBeNull();
    expect(await reliable.audit()).toEqual([]);
  };
});

const move = { from: "guest", to: "ada", credits: "move", initialGrant: 0 } as const;
const grant = { accountId: "ada", kind: "grant", amount: 7, reason: null, key: "late", initialGrant: 100 } as const;

describe("a command of an owner that is sent again after its response was lost", () => {
  it("moves credits once: a later grant stays in the old account", async () => {
    const { loseResponse, scenario, store } = given;
    await scenario.buy("guest");
    await scenario.accepted({ ownerId: "guest" });
    loseResponse("transfer_owner", (other) => other.adjust({ ...grant, accountId: "guest" }));
    expect(await store.transferOwner(move)).toMatchObject({ type: "transferred" });
    expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([7, 96]);
  });

  it("reports the adjustment that it has applied", async () => {
    const { loseResponse, scenario, store } = given;
    loseResponse("adjust", () => Promise.resolve());
    expect(await store.adjust(grant)).toMatchObject({ type: "applied", balance: 107 });
    expect(await scenario.balance()).toBe(107);
  });

  it("does not create the account of an adjustment again after its erasure", async () => {
    const { loseResponse, scenario, store } = given;
    loseResponse("adjust", (other) => other.eraseOwner({ ownerId: "ada", pseudonym: "deleted", limit: 9 }));
    expect(await store.adjust(grant)).toMatchObject({ type: "replayed", balance: 0 });
    expect([await scenario.balance(), await scenario.balance("deleted")]).toEqual([null, 107]);
  });

  it("reports an incomplete erasure if the owner has submitted again since", async () => {
    const { loseResponse, scenario, store } = given;
    await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
    loseResponse("erase_owner", async (other) => {
      expect((await other.submit(scenario.command())).type).toBe("accepted");
    });
    const verdict = await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted", limit: 10 });
    expect(verdict).toMatchObject({ isErased: false });
    expect([await scenario.balance("deleted"), await scenario.balance()]).toEqual([100, 96]);
  });

  it("leaves a new account of the owner to the next command of the erasure", async () => {
    const { loseResponse, scenario, store } = given;
    await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
    loseResponse("erase_owner", (other) => other.adjust(grant));
    const erase = (pseudonym: string) => store.eraseOwner({ ownerId: "ada", pseudonym, limit: 10 });
    expect(await erase("deleted-1")).toMatchObject({ isErased: false });
    expect([await scenario.balance("deleted-1"), await scenario.balance()]).toEqual([100, 107]);
    expect(await erase("deleted-2")).toMatchObject({ isErased: true });
    expect([await scenario.balance("deleted-2"), await scenario.balance()]).toEqual([107, null]);
  });

  it("reports the removal that it has made", async () => {
    const { loseResponse, scenario, store } = given;
    const id = await scenario.accepted();
    await store.requestCancel({ ownerId: "ada", id });
    loseResponse("remove", () => Promise.resolve());
    expect(await store.remove({ ownerId: "ada", id })).toMatchObject({ type: "removed" });
  });

  it.each<[change: string, apply: (other: Store, id: string) => Promise<unknown>]>([
    ["was seen", (other, id) => other.markSeen({ ownerId: "ada", ids: [id] })],
    ["was deleted", (other, id) => other.remove({ ownerId: "ada", id })],
    ["was shown", (other, id) => other.confirmNotices({ ownerId: "ada", claim: "tab", ids: [id] })],
    ["was transferred", (other) => other.transferOwner({ ...move, from: "ada", to: "bob", credits: "leave" })],
  ])("does not return a notice of a generation that %s since", async (_change, apply) => {
    const { loseResponse, scenario, store } = given;
    const id = await scenario.accepted();
    await store.requestCancel({ ownerId: "ada", id });
    loseResponse("claim_notices", (other) => apply(other, id));
    const command = { ownerId: "ada", claim: "tab", limit: 9, forMs: 60_000, leaseMs: 30_000 };
    expect(await store.claimNotices(command)).toEqual([]);
  });
});

it("reads the costs of all attempts, even if one has a unit that Postgres cannot decode", async () => {
  const { scenario, store } = given;
  for (const unit of ["us\u0000", "us\ud83d", "usd"]) {
    const claim = await scenario.claimOne(await scenario.accepted());
    const { epoch, id } = claim.generation;
    const attemptToken = scenario.token();
    await scenario.intent(claim, attemptToken);
    const costs = [{ amount: 2, unit }];
    await store.recordResult({ id, epoch, token: scenario.token(), attemptToken, outputs: null, costs });
  }
  expect(await store.readCosts({ from: 0, to: 4_000_000_000_000 })).toMatchObject([
    { unit: null, attempts: 2, amount: 0 },
    { unit: "usd", attempts: 1, amount: 2 },
  ]);
});
