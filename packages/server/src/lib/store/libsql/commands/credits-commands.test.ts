import { join } from "node:path";
import { expect, it } from "vitest";
import { output, withStore } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { libsqlStore } from "../libsql-store.js";

const create = async (now: () => number) =>
  libsqlStore({ url: `file:${join(await tempFolder("costs"), "test.db")}`, now });
const charged = (amount: number) => ({ failure: null, costs: [{ amount, unit: "usd" }] });

it(
  "counts the credits of a completed generation for its last attempt only, and the costs of each",
  withStore(create, async ({ advance, scenario, store }) => {
    const id = await scenario.accepted();
    const failed = await scenario.claimOne(id);
    await scenario.intent(failed);
    await scenario.park(failed, { to: "retry_wait", attempt: { state: "failed", ...charged(2) } });
    advance(1_000);
    const claim = await scenario.claimOne(id);
    await scenario.intent(claim, "last");
    await scenario.result(claim, "last");
    await scenario.settle(claim, { type: "completed", outputs: [output()] });
    const costs = await store.readCosts({ from: 0, to: 4_000_000_000_000 });
    expect(costs.filter(({ model }) => model === "demo").map(({ amount, credits }) => ({ amount, credits }))).toEqual([
      { amount: 0, credits: 4 },
      { amount: 2, credits: 0 },
    ]);
  }),
);

it(
  "returns only the costs of the attempts of the ended generation",
  withStore(create, async ({ advance, scenario, store }) => {
    const ids: string[] = [];
    for (const amount of [2, 3]) {
      const id = await scenario.accepted();
      const claim = await scenario.claimOne(id);
      await scenario.intent(claim);
      await scenario.park(claim, { to: "retry_wait", attempt: { state: "failed", ...charged(amount) } });
      advance(1_000);
      await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "provider_failed" });
      ids.push(id);
    }
    const costsOf = async (id = "") => (await store.getEnded({ id }))?.costs;
    expect(await costsOf(ids[0])).toEqual([{ providerId: "p", amount: 2, unit: "usd" }]);
    expect(await costsOf(ids[1])).toEqual([{ providerId: "p", amount: 3, unit: "usd" }]);
  }),
);
