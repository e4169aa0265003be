import { join } from "node:path";
import { expect, it } from "vitest";
import { copyMigrated } from "../../../../testing/copy-migrated.js";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { FakeWallet } from "../../../../testing/fakes/fake-wallet.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { testServer } from "../../../../testing/test-server.js";
import { authorizing } from "../../ledger/authorizing.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const minuteMs = 60_000;
const input = { prompt: "a lamp" };

it("never releases the holds of a refused group that the host was not asked for", async () => {
  const wallet = new FakeWallet({});
  const { as, clock, safelight } = await testServer({ credits: authorizing(wallet.options) });
  const inputs = Array.from({ length: 20 }, () => input);
  expect((await as("eve").post("/many", { model: "flux", inputs })).status).toBe(402);
  expect(wallet.calls).toHaveLength(10);
  clock.skip(60 * minuteMs);
  await safelight.worker.tick();
  expect(wallet.calls).toHaveLength(10);
});

it("releases the holds of a group with a lost response, but not those that the host was not asked for", async () => {
  let lost = "";
  const wallet = new FakeWallet({ ada: 1_000 });
  const credits = authorizing({
    ...wallet.options,
    authorize: async (request) => {
      lost ||= request.key;
      const decision = await wallet.options.authorize(request);
      if (request.key === lost) throw new Error("The response was lost.");
      return decision;
    },
  });
  const { as, clock, safelight } = await testServer({ credits, limits: { maxActive: 100 } });
  const inputs = Array.from({ length: 20 }, () => input);
  expect((await as("ada").post("/many", { model: "flux", inputs })).status).toBe(503);
  await safelight.worker.tick();
  expect(wallet.balances.get("ada")).toBe(996);
  clock.skip(60 * minuteMs);
  await safelight.worker.tick();
  expect(wallet.balances.get("ada")).toBe(1_000);
  expect(wallet.calls.filter((call) => call.startsWith("released"))).toHaveLength(10);
});

it("releases a hold of unknown outcome within ten minutes on a quiet server with one process", async () => {
  const clock = fakeClock();
  const path = join(await tempFolder("open-holds"), "test.db");
  await copyMigrated(path);
  // A process that measures its clock, as outside of tests.
  const store = libsqlStore({ url: `file:${path}`, now: clock.now, monotonicNow: clock.now });
  const wallet = new FakeWallet({ ada: 10 }, (call) => (call === "authorize" ? "response_lost" : null));
  const { as, safelight } = await testServer({ clock, store, credits: authorizing(wallet.options) });
  safelight.worker.start();
  await clock.advance(5 * minuteMs + 1_000);
  expect((await as("ada").post("", { model: "flux", input })).status).toBe(503);
  await clock.advance(5 * minuteMs - 1);
  expect(wallet.balances.get("ada")).toBe(6);
  await clock.advance(5 * minuteMs);
  expect(wallet.balances.get("ada")).toBe(10);
});
