import type { SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { startPostgres } from "../../../../test/start-postgres.js";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, generationOf, testServer } from "../../../../testing/test-server.js";
import { sameDatabase } from "../../ledger/same-database.js";
import { defineModel } from "../../model/define-model.js";
import { changeHostBalance } from "./functions/change-host-balance.js";
import { postgresStore } from "./postgres-store.js";

const server = startPostgres();
const schema = "host_row_locks";
const invalid = { type: "rejected", failure: { code: "invalid_input", message: "too long" } } as const;
const waitingSessions = `SELECT count(*) AS n FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/**
 * A server on four connections, whose credits are in a table of the host. A transaction of the host has the row of the crew, from
 * which all owners but Bob pay.
 */
async function given() {
  const pool = (await server()).openPool({ max: 4 });
  await pool.query("CREATE TABLE wallets (id text PRIMARY KEY, credits bigint NOT NULL)");
  onTestFinished(() => void pool.query("DROP TABLE wallets"));
  await pool.query("INSERT INTO wallets VALUES ('crew', 100), ('bob', 100)");
  const clock = fakeClock();
  // A slow machine must not time out a try.
  const store = postgresStore({ client: pool, schema, now: clock.now, busyTimeoutMs: 60_000 });
  await store.migrate();
  const credits = sameDatabase({
    take: "UPDATE wallets SET credits = credits - :credits WHERE id = :accountId AND credits >= :credits",
    give: "UPDATE wallets SET credits = credits + :credits WHERE id = :accountId",
  });
  const flux = defineModel({
    provider: scriptedProvider<{ prompt: string }>({
      submit: [({ input: { prompt } }) => (prompt === "fails" ? invalid : accepted())],
    }),
    input: z.object({ prompt: z.string() }),
    credits: 4,
  });
  const { as, safelight } = await testServer({
    models: { flux },
    worker: { concurrency: 4 },
    credits,
    store,
    clock,
    limits: { maxActive: false, rate: false },
    identify: ({ headers }) => {
      const ownerId = headers.get("authorization")?.replace("Bearer ", "");
      return ownerId === undefined ? null : { ownerId, accountId: ownerId === "bob" ? "bob" : "crew" };
    },
  });
  // `pg_stat_activity` is frozen within a transaction, so observe from another connection.
  const observer = (await server()).openPool({ max: 1 });
  const waiting = async () => Number((await observer.query(waitingSessions)).rows[0].n);
  const host = await (await server()).openPool({ max: 1 }).connect();
  onTestFinished(() => host.release());
  const lockCrew = async () => {
    await host.query("BEGIN");
    await host.query("UPDATE wallets SET credits = credits WHERE id = 'crew'");
  };
  return { as, clock, host, lockCrew, pool, safelight, waiting };
}

describe("a transaction of the host that has the balance of one account", () => {
  it("delays the submits of the owners who pay from it alone, on one connection", async () => {
    const { as, host, lockCrew, waiting } = await given();
    await lockCrew();
    let ended = 0;
    const body = { model: "flux", input: { prompt: "a red bicycle" } };
    const submits = ["ann", "ben", "cat", "dan", "ann", "ben"].map(async (owner) => {
      const response = await as(owner).post("", body);
      ended += 1;
      return bodyOf<SubmitResponse>(response);
    });
    await expect.poll(waiting).toBe(1);
    for (let count = 0; count < 5; count += 1) {
      expect((await as("bob").post("", body)).status).toBe(202);
      // The others wait in the process, without a connection.
      expect(await waiting()).toBeLessThanOrEqual(1);
    }
    expect(ended).toBe(0);
    await host.query("COMMIT");
    const statuses = (await Promise.all(submits)).map(({ generation }) => generation.status);
    expect(statuses).toEqual(Array(6).fill("pending"));
  });

  it("delays the cancels of its members alone, on one connection", async () => {
    const { as, host, lockCrew, waiting } = await given();
    const owners = ["ann", "ben", "cat", "dan", "eve", "fay"];
    const submitted = await Promise.all(owners.map(async (owner) => as(owner).submit({ prompt: "a red bicycle" })));
    await lockCrew();
    const cancels = owners.map(async (owner, index) => as(owner).post(`/${submitted[index]?.id}/cancel`));
    await expect.poll(waiting).toBe(1);
    for (let count = 0; count < 5; count += 1) {
      expect((await as("bob").submit({ prompt: "a red bicycle" })).status).toBe("pending");
      expect(await waiting()).toBeLessThanOrEqual(1);
    }
    await host.query("COMMIT");
    const statuses = (await Promise.all(cancels)).map(async (response) => (await generationOf(response)).status);
    expect(await Promise.all(statuses)).toEqual(Array(6).fill("canceled"));
  });

  it("delays the refunds of that account alone, which wait on one connection and without a slot", async () => {
    const { as, clock, host, lockCrew, pool, safelight, waiting } = await given();
    const failing = [];
    for (const owner of ["ann", "ben", "cat", "dan", "eve", "fay"])
      failing.push([owner, await as(owner).submit({ prompt: "fails" })] as const);
    await lockCrew();
    safelight.worker.start();
    await expect.poll(waiting).toBe(1);
    const { id } = await as("bob").submit({ prompt: "a red bicycle" });
    // The claim of another refund takes a slot again.
    const isCompleted = async (): Promise<boolean> => {
      await clock.advance(1_000);
      expect(await waiting()).toBeLessThanOrEqual(1);
      return (await generationOf(await as("bob").get(`/${id}`))).status === "completed";
    };
    await expect.poll(isCompleted).toBe(true);
    await host.query("COMMIT");
    for (const [owner, generation] of failing) {
      const readStatus = async (): Promise<string> => {
        await clock.advance(1_000);
        return (await generationOf(await as(owner).get(`/${generation.id}`))).status;
      };
      await expect.poll(readStatus).toBe("failed");
    }
    const { rows } = await pool.query("SELECT credits::int FROM wallets WHERE id = 'crew'");
    expect(rows).toEqual([{ credits: 100 }]);
    expect(await safelight.audit()).toEqual([]);
  });

  it("gives up the row lock after 250 ms", async () => {
    const { host, lockCrew, pool } = await given();
    await lockCrew();
    const { rows } = await pool.query(
      `SELECT proname FROM pg_proc WHERE proname LIKE '%${changeHostBalance.name}' AND pronamespace = '${schema}'::regnamespace`,
    );
    const give = "UPDATE wallets SET credits = credits + $2 WHERE id = $1 AND $3 <> ''";
    const changed = pool.query(`SELECT ${schema}.${rows[0]?.proname}($1, 'crew', 1, 'gen')`, [give]);
    await expect(changed).rejects.toMatchObject({ code: "55P03" });
    await host.query("ROLLBACK");
  });
});
