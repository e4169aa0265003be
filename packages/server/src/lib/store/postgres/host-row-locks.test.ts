import type { SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { startPostgres } from "../../../../test/start-postgres.js";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { bodyOf, testServer } from "../../../../testing/test-server.js";
import { sameDatabase } from "../../ledger/same-database.js";
import { changeHostBalance } from "./functions/change-host-balance.js";
import { postgresStore } from "./postgres-store.js";

const server = startPostgres();
const schema = "host_row_locks";
const waitingSessions = `SELECT count(*) AS n FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** A server on four connections, whose credits are in a table of the host. A transaction of the host has Eve's row. */
async function given() {
  const pool = (await server()).openPool({ max: 4 });
  await pool.query("CREATE TABLE wallets (id text PRIMARY KEY, credits bigint NOT NULL)");
  onTestFinished(() => void pool.query("DROP TABLE wallets"));
  await pool.query("INSERT INTO wallets VALUES ('eve', 100), ('bob', 100)");
  const clock = fakeClock();
  // No try ends because the machine is slow.
  const store = postgresStore({ client: pool, schema, now: clock.now, busyTimeoutMs: 60_000 });
  await store.migrate();
  const credits = sameDatabase({
    take: "UPDATE wallets SET credits = credits - :credits WHERE id = :accountId AND credits >= :credits",
    give: "UPDATE wallets SET credits = credits + :credits WHERE id = :accountId",
  });
  const { as } = await testServer({ credits, store, clock, limits: { maxActive: false, rate: false } });
  // A transaction sees the same activity until its end.
  const observer = (await server()).openPool({ max: 1 });
  const waiting = async () => Number((await observer.query(waitingSessions)).rows[0].n);
  const host = await (await server()).openPool({ max: 1 }).connect();
  onTestFinished(() => host.release());
  await host.query("BEGIN");
  await host.query("UPDATE wallets SET credits = credits WHERE id = 'eve'");
  return { as, host, pool, waiting };
}

describe("a transaction of the host that has the balance of one user", () => {
  it("delays the submits of that user alone", async () => {
    const { as, host, waiting } = await given();
    let ended = 0;
    const body = { model: "flux", input: { prompt: "a red bicycle" } };
    const submits = Array.from({ length: 6 }, () =>
      as("eve")
        .post("", body)
        .finally(() => {
          ended += 1;
        }),
    );
    await expect.poll(waiting).toBe(1);
    for (let count = 0; count < 5; count += 1) {
      expect((await as("bob").post("", body)).status).toBe(202);
      // The others wait in the process, without a connection.
      expect(await waiting()).toBeLessThanOrEqual(1);
    }
    expect(ended).toBe(0);
    await host.query("COMMIT");
    const balances = (await Promise.all(submits)).map((response) => bodyOf<SubmitResponse>(response));
    expect((await Promise.all(balances)).map(({ generation }) => generation.status)).toEqual(Array(6).fill("pending"));
  });

  it("is not waited for by a command", async () => {
    const { host, pool } = await given();
    const { rows } = await pool.query(
      `SELECT proname FROM pg_proc WHERE proname LIKE '%${changeHostBalance.name}' AND pronamespace = '${schema}'::regnamespace`,
    );
    const give = "UPDATE wallets SET credits = credits + $2 WHERE id = $1 AND $3 <> ''";
    const changed = pool.query(`SELECT ${schema}.${rows[0]?.proname}($1, 'eve', 1, 'gen')`, [give]);
    await expect(changed).rejects.toMatchObject({ code: "55P03" });
    await host.query("ROLLBACK");
  });
});
