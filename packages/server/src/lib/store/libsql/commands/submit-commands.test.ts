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
  for (const ownerId of ["bob", "cleo", "ada"]) await scenario.accepted({ ownerId });
  const before = others();
  time += 1_000;
  await scenario.accepted({ ownerId: "ada" });
  expect(others()).toEqual(before);
  database.close();
  await store.close();
});
