import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { FakeWallet } from "../../../../testing/fakes/fake-wallet.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { type AuthorizeRequest, authorizing } from "../../ledger/authorizing.js";

const body = { model: "flux", input: { prompt: "a lamp" } };
const key = { "idempotency-key": "key-1" };

/** A wallet that decides at once, and responds when the test says so. */
function slowWallet(balance: number) {
  const wallet = new FakeWallet({ team: balance });
  const calls: { readonly request: AuthorizeRequest; readonly respond: () => void }[] = [];
  const credits = authorizing({
    ...wallet.options,
    authorize: async (request) => {
      const authorization = await wallet.options.authorize(request);
      await new Promise<void>((resolve) => calls.push({ request, respond: resolve }));
      return authorization;
    },
  });
  const respond = () => {
    for (const call of calls.splice(0)) call.respond();
  };
  return { calls, credits, respond, wallet };
}

async function slowServer(balance: number, options: Parameters<typeof testServer>[0] = {}) {
  const slow = slowWallet(balance);
  const identify = ({ headers }: { readonly headers: Headers }) => {
    const id = headers.get("authorization")?.slice("Bearer ".length) ?? null;
    return id === null ? null : { ownerId: id, accountId: "team" };
  };
  const server = await testServer({ identify, credits: slow.credits, ...options });
  /** Submits, and disconnects during `authorize`. */
  const disconnect = async (owner: string) => {
    const client = new AbortController();
    const called = slow.calls.length;
    const response = server.request(owner, "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: client.signal,
    });
    await expect.poll(() => slow.calls.length).toBe(called + 1);
    client.abort();
    return response;
  };
  return { ...server, ...slow, disconnect };
}

describe("a client that disconnects during authorize", () => {
  it("gets its credits back as soon as the late result arrives", async () => {
    const { calls, disconnect, respond, safelight, wallet } = await slowServer(10);
    expect((await disconnect("ada")).status).toBe(503);
    expect(calls[0]?.request.signal.aborted).toBe(false);
    await safelight.worker.tick();
    expect(wallet.balances.get("team")).toBe(6);
    respond();
    await expect
      .poll(async () => {
        await safelight.worker.tick();
        return wallet.balances.get("team");
      })
      .toBe(10);
  });

  it.each([
    ["the active cap", { maxActive: 2, rate: false }],
    ["the rate", { maxActive: 50, rate: { requests: 2, perMs: 60_000 } }],
  ] as const)("counts against %s until then", async (_, limits) => {
    const { as, calls, disconnect, respond } = await slowServer(1_000, { limits });
    for (let count = 0; count < 2; count += 1) await disconnect("mallory");
    expect((await as("mallory").post("", body)).status).toBe(429);
    const alice = as("alice").post("", body);
    await expect.poll(() => calls.length).toBe(3);
    respond();
    expect((await alice).status).toBe(202);
    const again = as("mallory").post("", body);
    await expect.poll(() => calls.length).toBe(1);
    respond();
    expect((await again).status).toBe(202);
  });

  it("keeps the server open until the late result has released the hold", async () => {
    const { disconnect, respond, safelight, store } = await slowServer(10);
    const released: unknown[] = [];
    const { endHolds } = store;
    store.endHolds = async (command) => {
      await endHolds(command);
      released.push(command.unused);
    };
    await disconnect("ada");
    let isClosed = false;
    const closing = safelight.close().then(() => {
      isClosed = true;
    });
    for (let count = 0; count < 20; count += 1) await turn();
    expect(isClosed).toBe(false);
    respond();
    await closing;
    expect(released).toEqual([[expect.stringMatching(/^gen_/)]]);
  });
});

describe("a duplicate of a submit while the first one is in authorize", () => {
  it("gets the result of the first one in the same process, with one hold", async () => {
    const { as, calls, respond, wallet } = await slowServer(4);
    const ada = as("ada");
    const first = ada.post("", body, key);
    await expect.poll(() => calls.length).toBe(1);
    const second = ada.post("", body, key);
    for (let count = 0; count < 20; count += 1) await turn();
    expect(calls).toHaveLength(1);
    respond();
    expect([(await first).status, (await second).status]).toEqual([202, 200]);
    expect(wallet.holds.size).toBe(1);
  });

  it("waits with at most 20 others, and does not outlive its client", async () => {
    const { as, calls, request, respond } = await slowServer(4);
    const ada = as("ada");
    const first = ada.post("", body, key);
    await expect.poll(() => calls.length).toBe(1);
    const client = new AbortController();
    const init = {
      method: "POST",
      headers: { ...key, "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const statuses: number[] = [];
    const others = Array.from({ length: 25 }, async () => {
      const { status } = await request("ada", "", { ...init, signal: client.signal });
      statuses.push(status);
    });
    await expect.poll(() => statuses).toEqual(Array(5).fill(429));
    client.abort();
    await Promise.all(others);
    expect(statuses.slice(5)).toEqual(Array(20).fill(503));
    const again = ada.post("", body, key);
    respond();
    expect([(await first).status, (await again).status]).toEqual([202, 200]);
  });

  it("is refused in another process with an error that permits a retry, which gets the result of the first one", async () => {
    const { as, calls, clock, credits, respond, store } = await slowServer(4);
    const other = await testServer({ identify: () => ({ ownerId: "ada", accountId: "team" }), credits, store, clock });
    const first = as("ada").post("", body, key);
    await expect.poll(() => calls.length).toBe(1);
    const second = other.as("ada").post("", body, key);
    await expect.poll(() => calls.length).toBe(2);
    calls.pop()?.respond();
    expect(await problemOf(await second)).toMatchObject({ status: 503, code: "unavailable", retryable: true });
    respond();
    expect((await first).status).toBe(202);
    expect((await other.as("ada").post("", body, key)).status).toBe(200);
  });

  it("is refused for good if another submit holds the credits", async () => {
    const { as, calls, respond } = await slowServer(4);
    const first = as("ada").post("", body, key);
    await expect.poll(() => calls.length).toBe(1);
    const second = as("ada").post("", body, { "idempotency-key": "key-2" });
    await expect.poll(() => calls.length).toBe(2);
    calls.pop()?.respond();
    expect((await second).status).toBe(402);
    respond();
    expect((await first).status).toBe(202);
  });
});
