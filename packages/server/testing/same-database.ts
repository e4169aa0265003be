import type { Problem, SubmitManyResponse, SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { type SameDatabaseOptions, sameDatabase } from "../src/lib/ledger/same-database.js";
import type { Store } from "../src/lib/ports/store/store.js";
import { type FakeClock, fakeClock } from "./fakes/fake-clock.js";
import { Scenario } from "./store-contract/scenario.js";
import { bodyOf, generationOf, testServer } from "./test-server.js";

/** A store, and the connection of the host to the same database. */
export interface HostDatabase {
  readonly store: Store;
  /** Runs a statement of the host. */
  exec(sql: string): Promise<unknown>;
  /** Reads one number. */
  read(sql: string): Promise<number>;
  /** The same statements as those of the tests, by drizzle. */
  readonly drizzle: Pick<SameDatabaseOptions, "take" | "give">;
}

const take = "UPDATE wallets SET credits = credits - :credits WHERE id = :accountId AND credits >= :credits";
const give = "UPDATE wallets SET credits = credits + :credits WHERE id = :accountId";
const input = { prompt: "a red bicycle" };

/**
 * Describes the host's own table of balances in the database of a store.
 *
 * @param open opens a store on a new database.
 */
export function describeSameDatabase(open: (clock: FakeClock) => Promise<HostDatabase>): void {
  /** A server whose credits are in a table of the host: Ada has 10. */
  async function given(change: Partial<SameDatabaseOptions> | "drizzle" = {}) {
    const clock = fakeClock();
    const database = await open(clock);
    await database.exec("CREATE TABLE wallets (id text PRIMARY KEY, credits bigint NOT NULL)");
    await database.exec("INSERT INTO wallets VALUES ('ada', 10), ('bob', 10)");
    const creditsOf = (owner: string) => database.read(`SELECT credits AS n FROM wallets WHERE id = '${owner}'`);
    const statements = change === "drizzle" ? database.drizzle : change;
    const credits = sameDatabase({ take, give, balance: creditsOf, ...statements });
    const server = await testServer({ credits, store: database.store, clock, limits: { maxActive: 3 } });
    const { safelight } = server;
    /** Works until nothing is due. */
    const work = async () => {
      for (let dueInMs: number | null = 0; dueInMs !== null; ) {
        clock.skip(dueInMs);
        await safelight.worker.tick();
        dueInMs = await database.store.nextDueInMs({ models: ["flux"], topics: ["delete_objects", "delete_prefix"] });
      }
    };
    return { ada: server.as("ada"), creditsOf, database, safelight, store: database.store, work };
  }

  describe("credits: sameDatabase", () => {
    it("takes the credits in the commit of the submit, and keeps them after the end", async () => {
      const { ada, creditsOf, safelight, work } = await given();
      const { credits, generation } = await bodyOf<SubmitResponse>(await ada.post("", { model: "flux", input }));
      expect(credits).toEqual({ balance: 6 });
      await work();
      expect(await generationOf(await ada.get(`/${generation.id}`))).toMatchObject({ status: "completed" });
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([6, 10]);
      expect(await safelight.audit()).toEqual([]);
    });

    it("runs statements of drizzle as it runs text", async () => {
      const { ada, creditsOf, safelight } = await given("drizzle");
      const { id } = await ada.submit();
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([6, 10]);
      await ada.submit();
      expect((await ada.post("", { model: "flux", input })).status).toBe(402);
      await ada.post(`/${id}/cancel`);
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([6, 10]);
      expect(await safelight.audit()).toEqual([]);
    });

    it("refuses a submit that the table cannot pay for", async () => {
      const { ada, creditsOf, database, store } = await given();
      await database.exec("UPDATE wallets SET credits = 3 WHERE id = 'ada'");
      const response = await ada.post("", { model: "flux", input });
      expect(await bodyOf<Problem>(response)).toMatchObject({
        code: "insufficient_credits",
        required: 4,
        available: 3,
      });
      expect(await creditsOf("ada")).toBe(3);
      const none = { unseenLimit: 0, unseenForMs: 0, maxUnseenCount: 0 };
      expect((await store.listActive({ ownerId: "ada", scope: null, activeLimit: 1, ...none })).active).toEqual([]);
    });

    it("takes nothing for a submit that is refused, repeated or replayed", async () => {
      const { ada, creditsOf, database } = await given();
      await database.exec("UPDATE wallets SET credits = 1000 WHERE id = 'ada'");
      const key = { "idempotency-key": "key-1" };
      await Promise.all([1, 2, 3].map(() => ada.post("", { model: "flux", input }, key)));
      expect(await creditsOf("ada")).toBe(996);
      await ada.submit();
      await ada.submit();
      expect((await ada.post("", { model: "flux", input })).status).toBe(429);
      expect(await creditsOf("ada")).toBe(988);
    });

    it("returns the credits of a cancel and of a failure, once", async () => {
      const { ada, creditsOf, safelight, store } = await given();
      const canceled = await ada.submit();
      await ada.post(`/${canceled.id}/cancel`);
      await ada.post(`/${canceled.id}/cancel`);
      expect(await creditsOf("ada")).toBe(10);
      await ada.submit();
      const [claim] = await store.claim({ models: ["flux"], limit: 1, leaseMs: 30_000, token: "claim" });
      const { epoch = 0, id = "" } = claim?.generation ?? {};
      const refund = { credits: 4, reason: "failed:provider_failed 100%" };
      const settle = {
        id,
        epoch,
        refund,
        attempt: null,
        outcome: { type: "failed", code: "provider_failed" },
      } as const;
      await store.settle({ ...settle, token: "end" });
      await store.settle({ ...settle, token: "end" });
      expect(await creditsOf("ada")).toBe(10);
      expect(await safelight.audit()).toEqual([]);
    });

    it("takes once for a command that is sent again", async () => {
      const { creditsOf, safelight, store } = await given();
      const command = new Scenario(store).command({ initialGrant: 0, hold: "same_database" });
      expect(await store.submit(command)).toMatchObject({ type: "accepted" });
      expect(await store.submit(command)).toMatchObject({ type: "accepted" });
      expect(await creditsOf("ada")).toBe(6);
      expect(await safelight.audit()).toEqual([]);
    });

    it("takes the price of a group, and returns that of one generation", async () => {
      const { ada, creditsOf } = await given();
      const refused = await ada.post("/many", { model: "flux", inputs: [input, input, input] });
      expect(await bodyOf<Problem>(refused)).toMatchObject({ required: 12, available: 10 });
      expect(await creditsOf("ada")).toBe(10);
      const group = await ada.post("/many", { model: "flux", inputs: [input, input] });
      const { generations } = await bodyOf<SubmitManyResponse>(group);
      expect(await creditsOf("ada")).toBe(2);
      await ada.post(`/${generations[0]?.id}/cancel`);
      expect(await creditsOf("ada")).toBe(6);
    });

    it("lets parallel submits take no more than the table has", async () => {
      const { ada, creditsOf } = await given();
      const responses = await Promise.all([1, 2, 3].map(() => ada.post("", { model: "flux", input })));
      const [one, other, refused] = responses.map(({ status }) => status).toSorted();
      // A submit that has just been committed may count twice for a moment, so the cap of active ones may refuse the third.
      expect([one, other, [402, 429].includes(refused ?? 0)]).toEqual([202, 202, true]);
      expect(await creditsOf("ada")).toBe(2);
    });

    it("returns the credits to the account that paid, after a transfer and an erasure", async () => {
      const { ada, creditsOf, safelight } = await given();
      await ada.submit();
      await safelight.api.transferOwner({ from: "ada", to: "bob", credits: "leave" });
      await safelight.api.deleteOwner({ ownerId: "bob" });
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([10, 10]);
      expect(await safelight.audit()).toEqual([]);
    });

    it("takes nothing if its statement changes several rows, or fails", async () => {
      const several = await given({ take: `${take} OR :accountId IS NOT NULL` });
      expect((await several.ada.post("", { model: "flux", input })).status).toBeGreaterThanOrEqual(500);
      expect([await several.creditsOf("ada"), await several.creditsOf("bob")]).toEqual([10, 10]);
      const broken = await given({ take: "UPDATE missing SET credits = :credits WHERE id = :accountId" });
      expect((await broken.ada.post("", { model: "flux", input })).status).toBeGreaterThanOrEqual(500);
    });

    it("runs its statements only with something to take or to give: an unknown account changes no other one", async () => {
      const purse = "coalesce((SELECT 'ada' WHERE 'ada' = :accountId), 'bob')";
      const { ada, creditsOf, safelight, work } = await given({
        take: `UPDATE wallets SET credits = credits - :credits WHERE id = ${purse} AND credits >= :credits`,
        give: "UPDATE wallets SET credits = credits + :credits WHERE id = CASE WHEN 'ada' = :accountId THEN 'ada' ELSE 'bob' END",
      });
      const key = { "idempotency-key": "key-1" };
      for (const _ of [1, 2]) await ada.post("", { model: "flux", input }, key);
      await ada.submit();
      expect((await ada.post("", { model: "flux", input })).status).toBe(402);
      await work();
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([2, 10]);
      expect(await safelight.audit()).toEqual([]);
    });

    it("takes nothing from the other rows of a condition with OR", async () => {
      const { ada, creditsOf } = await given({ take: `${take} OR id = 'bob'` });
      for (const _ of [1, 2]) expect((await ada.post("", { model: "flux", input })).status).toBe(500);
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([10, 10]);
    });

    it("does not end a generation whose refund would change several rows, until the statement is mended", async () => {
      const { ada, creditsOf, store } = await given({ give: `${give} OR id = 'bob'` });
      const { id } = await ada.submit();
      expect((await ada.post(`/${id}/cancel`)).status).toBe(500);
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([6, 10]);
      store.useHostBalances?.({ take, give });
      expect((await ada.post(`/${id}/cancel`)).status).toBe(200);
      expect([await creditsOf("ada"), await creditsOf("bob")]).toEqual([10, 10]);
    });

    it("does not end a generation with a refund in a process without the statements", async () => {
      const { ada, creditsOf, store } = await given();
      const { id } = await ada.submit();
      // As a process with `credits: authorizing`.
      const unknown = { take, give: "UPDATE missing SET credits = :credits WHERE id = :accountId" };
      store.useHostBalances?.(unknown);
      expect((await ada.post(`/${id}/cancel`)).status).toBeGreaterThanOrEqual(500);
      store.useHostBalances?.({ take, give });
      expect((await ada.post(`/${id}/cancel`)).status).toBe(200);
      expect(await creditsOf("ada")).toBe(10);
    });
  });
}
