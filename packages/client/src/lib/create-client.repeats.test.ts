import { describe, expect, it } from "vitest";
import { processing } from "../../test/generations.js";
import { type ArrivedRequest, manualServer } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";
import type { AnySafelightClient } from "./client.js";
import { createTransport } from "./requests/transport.js";

const server = manualServer();

type Call = (client: AnySafelightClient) => Promise<unknown>;
const get: Call = (client) => client.get("gen_1");
const submit: Call = (client) => client.submit("flux", {});
const quote: Call = (client) => client.quote("flux", {});
const retry: Call = (client) => client.retry("gen_1");
const cancel: Call = (client) => client.cancel("gen_1");
const remove: Call = (client) => client.delete("gen_1");
const markSeen: Call = (client) => client.markSeen(["gen_1"]);
const claimNotices: Call = (client) => client.claimNotices("claim-1");
const confirmNotices: Call = (client) => client.confirmNotices("claim-1", ["gen_1"]);
const calls = { get, submit, quote, retry, cancel, remove, markSeen, claimNotices, confirmNotices };

type Fault = (request: ArrivedRequest) => void;
const faults: Record<string, Fault> = {
  "a broken connection": (request) => request.cut(),
  "503": (request) => request.problem("unavailable"),
  "a proxy's 502": (request) => request.answer(new Response("<h1>Bad gateway</h1>", { status: 502 })),
  "a proxy's 504": (request) => request.answer(new Response("", { status: 504 })),
  "429": (request) => request.problem("rate_limited"),
  "a truncated response": (request) => request.answer(new Response('{"generation":{"id":"ge')),
  "an HTML page": (request) => request.answer(new Response("<!doctype html>")),
  "500": (request) => request.problem("internal"),
  "404": (request) => request.problem("not_found"),
  "402": (request) => request.problem("insufficient_credits"),
  "a page with status 404": (request) => request.answer(new Response("<h1>404</h1>", { status: 404 })),
};

const retried: readonly (readonly [call: keyof typeof calls, fault: string])[] = [
  // The keys of an object literal.
  ...(Object.keys(calls) as (keyof typeof calls)[]).flatMap((call) =>
    ["a broken connection", "503", "a proxy's 502", "a proxy's 504"].map((fault) => [call, fault] as const),
  ),
  ["get", "429"],
  ["get", "a truncated response"],
  ["submit", "a truncated response"],
  ["submit", "an HTML page"],
];

const notRetried: typeof retried = [
  ...(["get", "submit", "cancel"] as const).flatMap((call) =>
    ["500", "404", "402", "a page with status 404"].map((fault) => [call, fault] as const),
  ),
  ["submit", "429"],
  ["retry", "429"],
  ["cancel", "429"],
];

describe("createClient", () => {
  it.each(retried)("retries %s after %s with an identical request", async (call, fault) => {
    const { client, environment } = testClient();
    const done = calls[call](client);
    const first = await server.next();
    faults[fault]?.(first);
    await environment.elapse(250);
    const second = await server.next();
    expect(second.path).toBe(first.path);
    expect(second.body).toBe(first.body);
    expect(second.headers.get("idempotency-key")).toBe(first.headers.get("idempotency-key"));
    second.json({ generation: processing(), generations: [], credits: null, limits: {} });
    await done;
    expect(environment.leftovers).toEqual({ timers: [], listeners: 0 });
  });

  it.each(notRetried)("does not retry %s after %s", async (call, fault) => {
    const { client, environment } = testClient();
    const done = calls[call](client);
    faults[fault]?.(await server.next());
    await expect(done).rejects.toHaveProperty("name", "SafelightError");
    expect(server.count).toBe(1);
    expect(environment.leftovers).toEqual({ timers: [], listeners: 0 });
  });

  it("gives up after two retries, and waits up to twice as long before the second", async () => {
    const { client, environment } = testClient();
    const done = client.submit("flux", {});
    const keys = new Set<string | null>();
    for (const pauseMs of [250, 500, null]) {
      const request = await server.next();
      keys.add(request.headers.get("idempotency-key"));
      request.cut();
      if (pauseMs !== null) await environment.elapse(pauseMs);
    }
    await expect(done).rejects.toMatchObject({ code: "network", status: null, retryable: true });
    expect(keys.size).toBe(1);
    expect(server.count).toBe(3);
  });

  it("waits as long as the server requests", async () => {
    const { client, environment } = testClient();
    const done = client.get("gen_1");
    (await server.next()).problem("unavailable", {}, { "retry-after": "7" });
    await environment.elapse(7_000);
    (await server.next()).json({ generation: processing() });
    await expect(done).resolves.toHaveProperty("id", "gen_1");
  });

  it("rejects at once if the server requests a longer wait than the maximum backoff", async () => {
    const { client } = testClient();
    const done = client.get("gen_1");
    (await server.next()).problem("unavailable", {}, { "retry-after": "31" });
    await expect(done).rejects.toMatchObject({ code: "unavailable", retryAfterMs: 31_000 });
    expect(server.count).toBe(1);
  });

  it("times out after 30 seconds, and retries", async () => {
    const { client, environment } = testClient();
    const done = client.submit("flux", {});
    for (const pauseMs of [250, 500, null]) {
      await server.next();
      await environment.elapse(30_000);
      if (pauseMs !== null) await environment.elapse(pauseMs);
    }
    await expect(done).rejects.toMatchObject({ code: "timeout", status: null });
    expect(environment.leftovers).toEqual({ timers: [], listeners: 0 });
  });

  it("retries when the headers function rejects", async () => {
    let isRefreshed = false;
    const headers = async () => {
      if (!isRefreshed) throw new Error("the token could not be refreshed");
      return { authorization: "Bearer 1" };
    };
    const { client, environment } = testClient({ headers });
    const done = client.get("gen_1");
    await environment.timer(250);
    isRefreshed = true;
    await environment.elapse(250);
    (await server.next()).json({ generation: processing() });
    await expect(done).resolves.toHaveProperty("id", "gen_1");
  });
});

describe("createTransport", () => {
  it("does not retry a POST that sets maxRetries to 0", async () => {
    const { environment } = testClient();
    const { send } = createTransport({
      options: { baseUrl: "http://safelight.test" },
      environment,
      loadLate: () => import("./watching/live-calls.js"),
    });
    const sent = send({ method: "POST", path: "/anything", maxRetries: 0 });
    (await server.next()).cut();
    await expect(sent).rejects.toHaveProperty("code", "network");
    expect(server.count).toBe(1);
  });
});
