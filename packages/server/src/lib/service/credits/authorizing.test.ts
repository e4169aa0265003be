import type { CreditsResponse, QuoteResponse, SubmitManyResponse, SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { FakeWallet, type WalletFault } from "../../../../testing/fakes/fake-wallet.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, testModels, testServer } from "../../../../testing/test-server.js";
import { type AuthorizeRequest, authorizing, type HoldRelease } from "../../ledger/authorizing.js";
import { defineModel } from "../../model/define-model.js";

const models = {
  ...testModels,
  free: defineModel({ provider: scriptedProvider<{ prompt: string }>(), input: z.object({ prompt: z.string() }) }),
};
const releaseAfterMs = 300_000;

/** A server whose credits a wallet keeps. `faults`: the faults of the next calls to the wallet, in order. */
async function walletServer(balances: Readonly<Record<string, number>> = { ada: 10 }) {
  const faults: (WalletFault | null)[] = [];
  const wallet = new FakeWallet(balances, () => faults.shift() ?? null);
  const server = await testServer({ models, credits: authorizing(wallet.options) });
  const ada = server.as("ada");
  const submit = (inputs = 1) => {
    const input = { prompt: "a red bicycle" };
    return inputs === 1
      ? ada.post("", { model: "flux", input })
      : ada.post("/many", { model: "flux", inputs: Array.from({ length: inputs }, () => input) });
  };
  /** Lets the worker resolve everything that is due within the time. */
  const pass = async (milliseconds: number) => {
    server.clock.skip(milliseconds);
    await server.safelight.worker.tick();
  };
  return { ...server, ada, faults, pass, submit, wallet };
}

describe("credits: authorizing", () => {
  it("holds the price at submit, and captures it after the end", async () => {
    const { ada, pass, safelight, submit, wallet } = await walletServer();
    const response = await submit();
    expect(response.status).toBe(202);
    const { credits, generation } = await bodyOf<SubmitResponse>(response);
    expect(credits).toEqual({ balance: 6 });
    expect(generation.credits).toBe(4);
    await ada.finish(generation.id);
    await pass(0);
    expect(wallet.calls).toEqual([`authorize ${generation.id}`, `captured ${generation.id}`]);
    expect(wallet.balances.get("ada")).toBe(6);
    expect(await safelight.audit()).toEqual([]);
  });

  it("releases the hold of a canceled generation", async () => {
    const { ada, pass, submit, wallet } = await walletServer();
    const { generation } = await bodyOf<SubmitResponse>(await submit());
    await ada.post(`/${generation.id}/cancel`);
    await pass(0);
    expect(wallet.calls).toEqual([`authorize ${generation.id}`, `released ${generation.id}`]);
    expect(wallet.balances.get("ada")).toBe(10);
  });

  it("refuses a submit that the host refuses, with the required and the available credits", async () => {
    const { pass, submit, wallet } = await walletServer({ ada: 3 });
    const response = await submit();
    expect(response.status).toBe(402);
    expect(await problemOf(response)).toMatchObject({ code: "insufficient_credits", required: 4, available: 3 });
    await pass(releaseAfterMs);
    expect(wallet.calls.filter((call) => call.startsWith("released"))).toEqual([]);
  });

  it("omits the available credits if the host does not know them", async () => {
    const { options } = new FakeWallet({});
    const credits = authorizing({ ...options, authorize: () => ({ authorized: false }) });
    const { as } = await testServer({ credits });
    const problem = await problemOf(await as("ada").post("", { model: "flux", input: { prompt: "x" } }));
    expect(problem).toMatchObject({ code: "insufficient_credits", required: 4 });
    expect(problem).not.toHaveProperty("available");
  });

  it("repeats a failed authorize once, with the same key", async () => {
    const { faults, submit, wallet } = await walletServer();
    faults.push("response_lost");
    const response = await submit();
    expect(response.status).toBe(202);
    const { generation } = await bodyOf<SubmitResponse>(response);
    expect(wallet.calls).toEqual([`authorize ${generation.id}`, `authorize ${generation.id}`]);
    expect(wallet.balances.get("ada")).toBe(6);
  });

  it("releases a hold of unknown outcome when no commit can use it any more", async () => {
    const { faults, logs, pass, submit, wallet } = await walletServer();
    faults.push("response_lost", "response_lost");
    const response = await submit();
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ code: "unavailable" });
    expect(logs).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ event: "hold.outcome_unknown" }) }),
    );
    await pass(releaseAfterMs - 1);
    expect(wallet.balances.get("ada")).toBe(6);
    await pass(1);
    expect(wallet.balances.get("ada")).toBe(10);
  });

  it("releases a refused hold whose first call may still arrive", async () => {
    const { faults, pass, submit, wallet } = await walletServer({ ada: 3 });
    faults.push("late");
    expect((await submit()).status).toBe(402);
    wallet.balances.set("ada", 10);
    wallet.deliverLate();
    expect(wallet.balances.get("ada")).toBe(6);
    await pass(releaseAfterMs);
    expect(wallet.balances.get("ada")).toBe(10);
  });

  it("refuses a late authorization after its release", async () => {
    const { faults, pass, submit, wallet } = await walletServer();
    faults.push("late", "late");
    expect((await submit()).status).toBe(503);
    await pass(releaseAfterMs);
    wallet.deliverLate();
    expect(wallet.balances.get("ada")).toBe(10);
  });

  it("repeats a capture until the host acknowledges it", async () => {
    const { ada, faults, logs, pass, submit, wallet } = await walletServer();
    const { generation } = await bodyOf<SubmitResponse>(await submit());
    faults.push("request_lost", "response_lost", "duplicated");
    await ada.finish(generation.id);
    for (let round = 0; round < 4; round += 1) await pass(3_600_000);
    expect(wallet.calls.slice(1)).toEqual(Array(3).fill(`captured ${generation.id}`));
    expect(wallet.violations).toEqual([]);
    expect(logs).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ event: "hold.retrying" }) }),
    );
  });

  it("releases at once a hold whose commit was refused", async () => {
    const wallet = new FakeWallet({ ada: 100 });
    const credits = authorizing({
      ...wallet.options,
      authorize: async (request) => {
        // Takes the last place during the call.
        expect((await ada.post("", { model: "free", input: { prompt: "x" } })).status).toBe(202);
        return wallet.options.authorize(request);
      },
    });
    const { as, safelight } = await testServer({ models, credits, limits: { maxActive: 1 } });
    const ada = as("ada");
    expect((await ada.post("", { model: "flux", input: { prompt: "x" } })).status).toBe(429);
    expect(wallet.balances.get("ada")).toBe(96);
    await safelight.worker.tick();
    expect(wallet.balances.get("ada")).toBe(100);
  });

  it("does not call the host for a free generation, a replay or a request over the limits", async () => {
    const { ada, submit, wallet } = await walletServer({ ada: 1_000 });
    expect((await ada.post("", { model: "free", input: { prompt: "x" } })).status).toBe(202);
    expect(wallet.calls).toEqual([]);
    const body = { model: "flux", input: { prompt: "x" } };
    await ada.post("", body, { "idempotency-key": "key-1" });
    const replay = await ada.post("", body, { "idempotency-key": "key-1" });
    expect(replay.status).toBe(200);
    expect(await bodyOf(replay)).toMatchObject({ credits: { balance: 996 } });
    expect(wallet.calls).toHaveLength(1);
    for (let count = 0; count < 18; count += 1) await submit();
    expect((await submit()).status).toBe(429);
    expect(wallet.calls).toHaveLength(19);
  });

  it("holds each generation of a group, or none", async () => {
    const { ada, pass, safelight, submit, wallet } = await walletServer({ ada: 10 });
    const refused = await submit(3);
    expect(refused.status).toBe(402);
    expect(await problemOf(refused)).toMatchObject({ required: 12, available: 10 });
    await pass(0);
    expect(wallet.balances.get("ada")).toBe(10);
    const { credits, generations } = await bodyOf<SubmitManyResponse>(await submit(2));
    expect(credits).toEqual({ balance: 2 });
    const [first, second] = generations;
    await ada.post(`/${first?.id}/cancel`);
    await ada.finish(String(second?.id));
    await pass(0);
    expect(wallet.balances.get("ada")).toBe(6);
    expect(await safelight.audit()).toEqual([]);
  });

  it("holds the price of a retry again", async () => {
    const { ada, pass, submit, wallet } = await walletServer();
    const { generation } = await bodyOf<SubmitResponse>(await submit());
    await ada.finish(generation.id);
    const retried = await bodyOf<SubmitResponse>(await ada.post(`/${generation.id}/retry`, {}));
    await ada.finish(retried.generation.id);
    await pass(0);
    expect(wallet.balances.get("ada")).toBe(2);
  });

  it("shows the balance of the host in a quote and in the credits, without entries", async () => {
    const { ada } = await walletServer();
    const quote = await ada.post("/quote", { model: "flux", input: { prompt: "x" } });
    expect(await bodyOf<QuoteResponse>(quote)).toMatchObject({ credits: 4, balance: 10 });
    const credits = await ada.get("/credits");
    expect(await bodyOf<CreditsResponse>(credits)).toMatchObject({ balance: 10, entries: [], nextCursor: null });
  });

  it("shows no balance if the host reports none, or fails after the commit", async () => {
    const { options } = new FakeWallet({ ada: 10 });
    const silent = await testServer({ credits: authorizing({ ...options, balance: undefined }) });
    const ada = silent.as("ada");
    const body = { model: "flux", input: { prompt: "x" } };
    expect(await bodyOf(await ada.post("", body))).toMatchObject({ credits: null, generation: { credits: 4 } });
    expect((await ada.get("/credits")).status).toBe(404);
    const failing = () => Promise.reject(new Error("down"));
    const broken = await testServer({ credits: authorizing({ ...options, balance: failing }) });
    const response = await broken.as("ada").post("", body);
    expect(response.status).toBe(202);
    expect(await bodyOf(response)).toMatchObject({ credits: null });
    expect((await broken.as("ada").get("/credits")).status).toBe(503);
  });

  it("releases the hold of a deleted owner to the account that paid", async () => {
    const { pass, safelight, submit, wallet } = await walletServer();
    await submit();
    await safelight.api.deleteOwner({ ownerId: "ada" });
    await pass(0);
    expect(wallet.balances.get("ada")).toBe(10);
    expect(await safelight.audit()).toEqual([]);
  });

  it("refuses to move credits that the host keeps", async () => {
    const { pass, safelight, submit, wallet } = await walletServer();
    const { api } = safelight;
    const move = { accountId: "ada", amount: 5, key: "gift" };
    for (const call of [api.grantCredits, api.spendCredits, api.adjustCredits]) {
      await expect(call(move)).rejects.toMatchObject({ code: "not_found" });
    }
    await submit();
    const transfer = { from: "ada", to: "bob" } as const;
    await expect(api.transferOwner({ ...transfer, credits: "move" })).rejects.toMatchObject({ code: "invalid_input" });
    await api.transferOwner({ ...transfer, credits: "leave" });
    await safelight.api.deleteOwner({ ownerId: "bob" });
    await pass(0);
    expect(wallet.balances.get("ada")).toBe(10);
  });

  it.each([
    ["no decision", undefined],
    ["an unstorable reference", { authorized: true, reference: "\0" }],
    ["a long reference", { authorized: true, reference: "x".repeat(1_025) }],
    ["an empty reference", { authorized: true, reference: "" }],
  ])(
    "fails with a logged fault of the host after an authorization with %s, and releases the hold",
    async (_, authorization) => {
      const { options } = new FakeWallet({ ada: 10 });
      const calls: string[] = [];
      const authorize = ({ key }: AuthorizeRequest) => {
        calls.push(`authorize ${key}`);
        // A host in JavaScript may return any value.
        return authorization as never;
      };
      const release = ({ key }: HoldRelease) => void calls.push(`release ${key}`);
      const { as, clock, logs, safelight } = await testServer({
        credits: authorizing({ ...options, authorize, release }),
      });
      const response = await as("ada").post("", { model: "flux", input: { prompt: "x" } });
      expect(response.status).toBe(500);
      expect(await problemOf(response)).toMatchObject({ code: "internal" });
      const events = logs.map(({ fields }) => fields?.event);
      expect(events).toContain("hold.decision_invalid");
      expect(events).not.toContain("hold.outcome_unknown");
      clock.skip(releaseAfterMs);
      await safelight.worker.tick();
      const key = calls[0]?.split(" ")[1];
      expect(calls).toEqual([`authorize ${key}`, `release ${key}`]);
    },
  );

  it("refuses incomplete and unknown options at composition", async () => {
    const { options } = new FakeWallet({});
    const { capture: _, ...incomplete } = options;
    await expect(testServer({ credits: authorizing(incomplete as never) })).rejects.toThrow("capture");
    const unknown = authorizing({ ...options, refund: () => {} } as never);
    await expect(testServer({ credits: unknown })).rejects.toThrow("refund");
  });
});
