import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { postgresStore } from "../postgres-store.js";

const server = startPostgres();

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
