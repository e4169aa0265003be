import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { postgresStore } from "../postgres-store.js";

const server = startPostgres();

it("cancels the reads behind a lock while more of them arrive than the pool has connections", async () => {
  const { openPool } = await server();
  const admin = openPool({ max: 2 });
  // Without the short limit of the store below.
  await postgresStore({ client: admin, schema: "behind" }).migrate();
  const store = postgresStore({ client: openPool({ max: 2 }), schema: "behind", busyTimeoutMs: 200 });
  const holder = await admin.connect();
  onTestFinished(() => holder.release(true));
  await holder.query("BEGIN; LOCK TABLE behind.safelight_owners IN ACCESS EXCLUSIVE MODE");
  const readForEver = async (): Promise<number> => {
    for (let read = 0; read < 10; read += 1) await store.sequencesOf(["ann"]).catch(() => {});
    const waiting = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%behind%' AND wait_event_type = 'Lock'";
    return (await admin.query(waiting)).rows.length;
  };
  const counts = await Promise.all(Array.from({ length: 6 }, readForEver));
  // The two of the pool, and those that are being canceled. Without the requests: two more every 200 ms.
  expect(Math.max(...counts)).toBeLessThanOrEqual(6);
});

it("`client_connection_check_interval` ends statements in the database whose connection was replaced", async () => {
  const { openPool, socketFolder } = await server();
  const admin = openPool({ max: 2 });
  await admin.query("CREATE ROLE app SUPERUSER LOGIN; ALTER ROLE app SET client_connection_check_interval = '200ms'");
  const pool = new pg.Pool({ host: socketFolder, user: "app", database: "postgres", max: 2 });
  onTestFinished(() => pool.end());
  const store = postgresStore({ client: pool, schema: "app", busyTimeoutMs: 1_000 });
  await store.migrate();
  const holder = await admin.connect();
  onTestFinished(() => holder.release(true));
  await holder.query("BEGIN; LOCK TABLE app.safelight_owners IN ACCESS EXCLUSIVE MODE");
  const reads = Promise.allSettled([store.sequencesOf(["ann"]), store.sequencesOf(["bob"])]);
  const waiting = async () =>
    (await admin.query("SELECT pid FROM pg_stat_activity WHERE usename = 'app' AND wait_event_type = 'Lock'")).rows;
  await expect.poll(waiting).toHaveLength(2);
  expect(await reads).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  await expect.poll(waiting).toEqual([]);
});
