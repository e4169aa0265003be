import { join } from "node:path";
import Database from "libsql";
import { expect, it } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { libsqlStore } from "../libsql-store.js";

it("a submit does not write rows of other owners", async () => {
  const path = join(await tempFolder("submit"), "test.db");
  let time = 1_800_000_000_000;
  const store = libsqlStore({ url: `file:${path}`, now: () => time });
  await store.migrate();
  const scenario = new Scenario(store);
  const database = new Database(path);
  const others = () => database.prepare("SELECT * FROM safelight_owners WHERE id <> 'ada' ORDER BY id").all();
  for (const ownerId of ["bob", "cleo", "ada"]) await scenario.accepted({ ownerId, teamId: null });
  const before = others();
  time += 1_000;
  await scenario.accepted({ ownerId: "ada", teamId: null });
  expect(others()).toEqual(before);
  database.close();
  await store.close();
});

it("reports insufficient credits, not the rate, after a clock that was ahead wrote the time of the rate", async () => {
  const path = join(await tempFolder("submit"), "test.db");
  const now = 1_800_000_000_000;
  const store = libsqlStore({ url: `file:${path}`, now: () => now });
  await store.migrate();
  const scenario = new Scenario(store);
  await scenario.accepted({});
  const database = new Database(path);
  database.exec(`UPDATE safelight_owners SET rate_tat = ${now + 86_400_000} WHERE id = 'ada'`);
  const limits = { rate: { requests: 10, perMs: 60_000 }, refunds: null, maxActive: null };
  const refused = await store.submit(scenario.command({ credits: 1_000, limits }));
  expect(refused).toMatchObject({ type: "insufficient_credits" });
  const accepted = await store.submit(scenario.command({ credits: 1, limits }));
  expect(accepted).toMatchObject({ type: "accepted", rate: { remaining: 9, retryAfterMs: 0 } });
  database.close();
  await store.close();
});
