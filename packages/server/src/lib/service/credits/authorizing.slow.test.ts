import type { SubmitManyResponse } from "@safelight/client/contract";
import { expect, it } from "vitest";
import { FakeWallet } from "../../../../testing/fakes/fake-wallet.js";
import { bodyOf, problemOf, testServer } from "../../../../testing/test-server.js";
import { authorizing } from "../../ledger/authorizing.js";

it("keeps the first holds of a group until the last ones are authorized, however slow the host is", async () => {
  const wallet = new FakeWallet({ ada: 1_000 });
  let pass = async (): Promise<void> => undefined;
  const credits = authorizing({
    ...wallet.options,
    authorize: async (request) => {
      await pass();
      return wallet.options.authorize(request);
    },
  });
  const { as, clock, safelight } = await testServer({ credits, limits: { maxActive: 100, rate: false } });
  // Ten parallel calls take 58 seconds.
  pass = async () => {
    clock.skip(5_800);
    await safelight.worker.tick();
  };
  const inputs = Array.from({ length: 100 }, () => ({ prompt: "a lamp" }));
  const response = await as("ada").post("/many", { model: "flux", inputs });
  expect(response.status).toBe(202);
  expect((await bodyOf<SubmitManyResponse>(response)).generations).toHaveLength(100);
  expect(wallet.balances.get("ada")).toBe(600);
});

it("commits a submit whose host is slow before the server closes", async () => {
  const wallet = new FakeWallet({ ada: 100 });
  const calls: (() => void)[] = [];
  const credits = authorizing({
    ...wallet.options,
    authorize: async (request) => {
      await new Promise<void>((respond) => calls.push(respond));
      return wallet.options.authorize(request);
    },
  });
  const { as, safelight } = await testServer({ credits });
  const submitted = as("ada").post("", { model: "flux", input: { prompt: "a lamp" } });
  await expect.poll(() => calls.length).toBe(1);
  const closed = safelight.close();
  // The server would have closed its store by now.
  await new Promise((resolve) => setTimeout(resolve, 100));
  calls[0]?.();
  expect((await submitted).status).toBe(202);
  await closed;
});

it("reports no balance when the host refuses although it suffices", async () => {
  const { options } = new FakeWallet({});
  const credits = authorizing({ ...options, authorize: () => ({ authorized: false, available: 50 }) });
  const { as } = await testServer({ credits });
  const problem = await problemOf(await as("ada").post("", { model: "flux", input: { prompt: "x" } }));
  expect(problem).toMatchObject({ code: "insufficient_credits", required: 4 });
  expect(problem.detail).toBe("This costs 4 credits; the charge was refused.");
  expect(problem).not.toHaveProperty("available");
});
