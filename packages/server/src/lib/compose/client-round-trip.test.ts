import { setImmediate } from "node:timers/promises";
import { createSafelightClient, type SafelightClient, SafelightError, type SafelightEvent } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type TestServer, type testModels, testServer } from "../../../testing/test-server.js";
import { tinyPng } from "../../../testing/tiny-png.js";

type Server = TestServer<typeof testModels>;
type App = Server["safelight"];
type Fetch = (request: Request) => Promise<Response>;

/** The real client of a real server, without a network. */
function clientOf(server: Server, owner: string | null = "ann", through = (fetch: Fetch): Fetch => fetch) {
  return createSafelightClient<App>({
    baseUrl: "https://example.com",
    headers: owner === null ? {} : { authorization: `Bearer ${owner}` },
    fetch: through((request) => server.safelight.handler(request)),
  });
}

/** Ticks the worker and advances the clock until the promise settles. */
async function runUntil<Result>(server: Server, promise: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  settled.catch(() => undefined);
  while (!isSettled) {
    await server.safelight.worker.tick();
    await server.clock.advance(5_000);
    // The client imports its stream reader at the first use, which takes no time of this clock.
    await setImmediate();
  }
  return settled;
}

/** The error that a call rejects with. */
async function refusalOf(call: Promise<unknown>): Promise<SafelightError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!SafelightError.isInstance(error)) throw new Error("The call was not refused.", { cause: error });
  return error;
}

/** Subscribes to a client's events, without those of the account, until the end of the test. */
function eventsOf(client: SafelightClient<App>): AsyncIterator<SafelightEvent> {
  const events = client.events()[Symbol.asyncIterator]();
  onTestFinished(async () => {
    await events.return?.();
  });
  const next = async (): Promise<IteratorResult<SafelightEvent>> => {
    const result = await events.next();
    return result.done !== true && result.value.type === "credits" ? next() : result;
  };
  return { next };
}

describe("the client of a server", () => {
  it("uploads an image, references it, and gets the path of an invalid reference", async () => {
    const server = await testServer();
    const client = clientOf(server);
    const input = await client.uploadInput(new Blob([new Uint8Array(tinyPng())]));
    expect(input).toMatchObject({ contentType: "image/png", width: 1, height: 1 });
    const path = input.url.replace("https://example.com/api/generations", "");
    expect(new Uint8Array(await (await server.request(null, path)).arrayBuffer())).toEqual(tinyPng());
    const { generation } = await client.submit("flux", { prompt: input.id });
    expect(generation.input).toEqual({ prompt: input.id });
    const refused = await refusalOf(clientOf(server, "bob").submit("flux", { prompt: input.id }));
    expect(refused).toMatchObject({ code: "invalid_input", issues: [{ path: ["prompt"] }] });
  });

  it("gets the attempts and the timeline of the caller's own generation only", async () => {
    const server = await testServer();
    const client = clientOf(server);
    const { generation } = await client.submit("flux", { prompt: "a lamp" });
    await runUntil(server, client.wait(generation.id));
    const include = ["attempts", "timeline"] as const;
    const got = await client.get(generation.id, { include });
    expect(got.attempts).toMatchObject([{ number: 1, status: "done" }]);
    expect(got.timeline?.map(({ type }) => type)).toEqual(expect.arrayContaining(["submitted", "settled"]));
    expect(await client.get(generation.id)).not.toHaveProperty("timeline");
    expect(await refusalOf(clientOf(server, "bob").get(generation.id, { include }))).toMatchObject({
      code: "not_found",
    });
  });

  it("submits, waits, and gets a URL that an <img> can load", async () => {
    const server = await testServer();
    const client = clientOf(server);
    const submitted = await client.submit("flux", { prompt: "a lamp" }, { scope: "poster", metadata: { order: 7 } });
    expect(submitted).toMatchObject({ generation: { status: "pending", scope: "poster" }, credits: { balance: 96 } });
    expect(await client.active({ scope: "poster" })).toMatchObject({ generations: [{ id: submitted.generation.id }] });

    const ended = await runUntil(server, client.wait(submitted.generation.id));
    if (ended.status !== "completed") throw new Error(`The generation ended as ${ended.status}.`);
    const url = ended.outputs[0].url;
    expect(url).toMatch(/^https:\/\/example\.com\/api\/generations\/gen_/);
    const image = await server.safelight.handler(new Request(url));
    expect([image.status, image.headers.get("content-type")]).toEqual([200, "image/png"]);
    // Without the URLs and their expiry: the clock may have advanced to the next URL period.
    const { outputs: _outputs, urlsExpireAt: _urlsExpireAt, ...fields } = ended;
    expect(await client.get(ended.id)).toMatchObject(fields);
  });

  it("receives each version once, in order, until the end", async () => {
    const server = await testServer();
    const client = clientOf(server);
    const { generation } = await client.submit("flux", { prompt: "a lamp" });
    const seen: Generation[] = [];
    const watch = (async () => {
      for await (const version of client.watch(generation.id)) seen.push(version);
    })();
    await runUntil(server, watch);
    const versions = seen.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((left, right) => left - right));
    expect(seen[0]).toEqual(generation);
    expect(seen.at(-1)?.status).toBe("completed");
  });

  it("receives every change of its owner once, and no change of other owners", async () => {
    const server = await testServer();
    const client = clientOf(server);
    const events = eventsOf(client);
    expect((await events.next()).value).toMatchObject({ type: "snapshot", active: { generations: [], sequence: 0 } });
    expect((await events.next()).value).toEqual({ type: "connection", state: "live", isCurrent: true });

    await clientOf(server, "bob").submit("flux", { prompt: "bob's" });
    const { generation } = await client.submit("flux", { prompt: "a lamp" });
    expect((await runUntil(server, events.next())).value).toMatchObject({
      type: "generation",
      generation: { id: generation.id },
    });
    const sequences: number[] = [];
    for (let status: string = "pending"; status !== "completed"; ) {
      const { value } = await runUntil(server, events.next());
      if (value?.type !== "generation") throw new Error(`Unexpected event of type ${value?.type}.`);
      expect(value.generation.id).toBe(generation.id);
      sequences.push(value.generation.sequence);
      status = value.generation.status;
    }
    expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => left - right));

    const seen = events.next();
    await client.markSeen([generation.id]);
    expect((await runUntil(server, seen)).value).toMatchObject({ generation: { seenAt: expect.any(String) } });
    const deleted = events.next();
    await client.delete(generation.id);
    expect((await runUntil(server, deleted)).value).toMatchObject({ type: "deleted", id: generation.id });
    expect((await refusalOf(client.get(generation.id))).code).toBe("not_found");
  });

  it("gives a notice to one claim, and to another claim if the first is not confirmed", async () => {
    const server = await testServer();
    const [desk, phone] = [clientOf(server), clientOf(server)];
    const { generation } = await desk.submit("flux", { prompt: "a lamp" });
    await runUntil(server, desk.wait(generation.id));

    const claimed = await desk.claimNotices("claim-of-desk");
    expect(claimed.generations).toMatchObject([
      { id: generation.id, outputs: [{ url: expect.stringMatching(/^https:/) }] },
    ]);
    expect(await desk.claimNotices("claim-of-desk")).toMatchObject({ generations: [{ id: generation.id }] });
    expect(await phone.claimNotices("claim-of-phone")).toEqual({ generations: [] });
    await server.clock.advance(30_000);
    expect(await phone.claimNotices("claim-of-phone")).toMatchObject({ generations: [{ id: generation.id }] });
    await phone.confirmNotices("claim-of-phone", [generation.id]);
    await server.clock.advance(30_000);
    expect(await desk.claimNotices("claim-after")).toEqual({ generations: [] });
    expect(await desk.claimNotices("no claim")).toEqual({ generations: [] });
  });

  it("charges once when the response to a submit is lost, because the retry has the same key", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const server = await testServer();
    let losses = 2;
    const client = clientOf(server, "ann", (fetch) => async (request) => {
      const response = await fetch(request);
      losses -= 1;
      if (losses >= 0) throw new TypeError("the connection was lost");
      return response;
    });
    const { generation, credits } = await client.submit("flux", { prompt: "a lamp" });
    expect(losses).toBe(-1);
    expect(credits).toEqual({ balance: 96 });
    expect((await client.list()).generations.map(({ id }) => id)).toEqual([generation.id]);
    expect((await client.credits()).entries.filter(({ kind }) => kind === "debit")).toHaveLength(1);
  });

  it("submits once for two calls with one key", async () => {
    const client = clientOf(await testServer());
    const submit = (prompt: string) => client.submit("flux", { prompt }, { idempotencyKey: "one action" });
    const [first, second] = await Promise.all([submit("a lamp"), submit("a lamp")]);
    expect(second.generation.id).toBe(first.generation.id);
    expect((await refusalOf(submit("another lamp"))).code).toBe("idempotency_mismatch");
    expect((await client.credits()).balance).toBe(96);
  });

  it("cancels with a refund, and retries with changed fields", async () => {
    const server = await testServer();
    const client = clientOf(server);
    const { generation } = await client.submit("flux", { prompt: "a lamp", steps: 3 });
    expect(await client.cancel(generation.id)).toMatchObject({ status: "canceled", refundedCredits: 4 });
    expect((await client.credits()).balance).toBe(100);
    const retried = await client.retry(generation.id, { input: { prompt: "two lamps" } });
    expect(retried.generation).toMatchObject({ retryOf: generation.id, input: { prompt: "two lamps", steps: 3 } });
    expect(retried.credits).toEqual({ balance: 96 });
  });

  it("reads the history page by page, and the models", async () => {
    const client = clientOf(await testServer());
    for (const prompt of ["one", "two", "three"]) await client.submit("flux", { prompt });
    const first = await client.list({ limit: 2, model: "flux", status: "pending" });
    const second = await client.list({ limit: 2, model: "flux", status: "pending", cursor: first.nextCursor });
    const prompts = [...first.generations, ...second.generations].map(({ input }) => input);
    expect(prompts).toEqual([{ prompt: "three" }, { prompt: "two" }, { prompt: "one" }]);
    expect(second.nextCursor).toBeNull();
    expect((await client.models()).models).toEqual([{ id: "flux", kind: "image", credits: 4, retired: false }]);
  });

  it("reports an invalid input, a changed price and insufficient credits", async () => {
    const client = clientOf(await testServer({ credits: { initialGrant: 3 } }));
    const invalid = await refusalOf(client.submit("flux", { prompt: "" }));
    expect(invalid).toMatchObject({ code: "invalid_input", status: 422 });
    expect(invalid.issues.map(({ path }) => path)).toContainEqual(expect.arrayContaining(["prompt"]));
    expect(await refusalOf(client.submit("flux", { prompt: "x" }, { expectedCredits: 3 }))).toMatchObject({
      code: "price_changed",
      credits: 4,
    });
    expect(await refusalOf(client.submit("flux", { prompt: "x" }))).toMatchObject({
      code: "insufficient_credits",
      status: 402,
      required: 4,
      available: 3,
      requestId: expect.any(String),
    });
  });

  it("lists the active generations when there are too many", async () => {
    const client = clientOf(await testServer({ limits: { rate: false, maxActive: 1 } }));
    const { generation } = await client.submit("flux", { prompt: "x" });
    expect(await refusalOf(client.submit("flux", { prompt: "x" }))).toMatchObject({
      code: "too_many_active",
      retryable: true,
      activeIds: [generation.id],
    });
  });

  it("polls at the server's interval when the server refuses the stream", async () => {
    const server = await testServer({ limits: { maxStreams: 1 } });
    const other = await server.request("bob", "/events");
    const client = clientOf(server);
    const { generation } = await client.submit("flux", { prompt: "a lamp" });
    const events = eventsOf(client);
    expect((await events.next()).value).toMatchObject({ type: "snapshot", active: { generations: [generation] } });
    for (const state of ["live", "polling"]) {
      expect((await events.next()).value).toEqual({ type: "connection", state, isCurrent: true });
    }
    await client.cancel(generation.id);
    expect((await events.next()).value).toMatchObject({ type: "generation", generation: { status: "canceled" } });
    await other.body?.cancel();
  });

  it("ends its events with unauthenticated for a signed-out caller", async () => {
    const client = clientOf(await testServer(), null);
    const error = await refusalOf(eventsOf(client).next());
    expect(error).toMatchObject({ code: "unauthenticated", status: 401 });
  });
});
