import { describe, expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";
import { sameDatabase } from "../ledger/same-database.js";
import type { Store } from "../ports/store/store.js";

const take = "UPDATE users SET credits = credits - :credits WHERE id = :accountId AND credits >= :credits";
const give = "UPDATE users SET credits = credits + :credits WHERE id = :accountId";

describe("the options of sameDatabase", () => {
  it("accepts an UPDATE of the account in upper and lower case, with casts", async () => {
    const cast = `update users\nset credits = credits + :credits::int where id = :accountId::uuid and note <> ':other'`;
    await expect(testServer({ credits: sameDatabase({ take, give: cast }) })).resolves.toBeDefined();
  });

  it.each([
    ["INSERT INTO moves (account, amount) VALUES (:accountId, :credits)", "must be one UPDATE"],
    ["UPDATE users SET credits = credits + :credits", "must be one UPDATE"],
    ["UPDATE users SET credits = 0 WHERE id = :accountId", "must be one UPDATE"],
    [`${give}; DELETE FROM users`, "must be one UPDATE"],
    [`${give} RETURNING credits`, "must be one UPDATE"],
    [`${give} AND tenant = :tenant`, "Unknown parameter :tenant"],
    [undefined, "must be one UPDATE"],
  ])("refuses %s", async (statement, message) => {
    // A host in JavaScript may pass any value.
    const credits = sameDatabase({ take, give: statement as string });
    await expect(testServer({ credits })).rejects.toThrow(message);
  });

  it("refuses a store that cannot run the statements", async () => {
    const { store } = await testServer();
    const { useHostBalances: _, ...other }: Store = store;
    const credits = sameDatabase({ take, give });
    await expect(testServer({ credits, store: other })).rejects.toThrow("libSQL file or Postgres");
  });
});
