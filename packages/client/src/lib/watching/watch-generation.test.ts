import { describe, expect, it, onTestFinished } from "vitest";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { changes, completed, processing, snapshot } from "../../../test/generations.js";
import { type ArrivedRequest, manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";
import type { Generation, GenerationStatus } from "../contract/generation.js";

const server = manualServer();
const { asked, ...requests } = expectedRequests(server);
// A generation has no timeline, so the request does not compare it.
const polled = (sequence: number) => requests.polled(sequence, { timeline: undefined });

/** Awaits the next request for the generation. Long polls before it stay unanswered. */
async function fetched(): Promise<ArrivedRequest> {
  for (;;) {
    const request = await server.next();
    if (request.path === "/api/generations/gen_1") return request;
  }
}

function watching(): ReturnType<typeof testClient> & { readonly watched: AsyncIterator<Generation> } {
  const made = testClient();
  const watched = made.client.watch("gen_1")[Symbol.asyncIterator]();
  onTestFinished(async () => {
    await watched.return?.();
  });
  return { ...made, watched };
}

/** Watches a generation with version 3, which is at sequence 7. */
async function watchingThird() {
  const made = watching();
  const first = made.watched.next();
  (await asked("/gen_1")).json({ generation: processing({ version: 3, sequence: 7 }) });
  await first;
  return made;
}

describe("watch", () => {
  it("emits the current version, then each newer one, and ends with the generation", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    (await asked("/gen_1")).json({ generation: processing({ version: 1, sequence: 7 }) });
    await expect(first).resolves.toEqual({ done: false, value: processing({ version: 1, sequence: 7 }) });
    (await polled(7)).json(changes({ sequence: 8, changed: [processing({ version: 2, sequence: 8 })] }));
    await expect(watched.next()).resolves.toHaveProperty("value.version", 2);
    const ended = completed({ version: 3, sequence: 9, url: "/image" });
    (await requests.longPolled(8)).json(changes({ sequence: 9, changed: [ended] }));
    await expect(watched.next()).resolves.toHaveProperty("value.status", "completed");
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("sends one request for a generation that has finished", async () => {
    const { watched } = watching();
    const first = watched.next();
    (await asked("/gen_1")).json({ generation: completed() });
    await first;
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
    expect(server.count).toBe(1);
  });

  it("ignores other generations, and versions that are not newer", async () => {
    const { watched } = await watchingThird();
    const changed = [
      processing({ id: "gen_2", version: 9, sequence: 8 }),
      processing({ version: 3, sequence: 9 }),
      processing({ version: 2, sequence: 10 }),
      processing({ version: 5, sequence: 11 }),
    ];
    (await polled(7)).json(changes({ sequence: 11, changed }));
    await expect(watched.next()).resolves.toHaveProperty("value.version", 5);
  });

  it("fetches the generation again after a snapshot, which lacks finished ones", async () => {
    const { watched } = await watchingThird();
    (await polled(7)).json(snapshot({ sequence: 9 }));
    (await fetched()).json({ generation: completed({ version: 4, sequence: 9 }) });
    await expect(watched.next()).resolves.toHaveProperty("value.version", 4);
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it("continues with an earlier version after a snapshot, as after a restored backup", async () => {
    const { watched } = await watchingThird();
    const next = watched.next();
    (await polled(7)).json(snapshot({ sequence: 4, timeline: "timeline-b" }));
    (await fetched()).json({ generation: processing({ version: 2, sequence: 4 }) });
    await expect(next).resolves.toHaveProperty("value.version", 2);
  });

  it.each([
    ["the same version, which a restored server has completed", completed({ version: 3, sequence: 7 })],
    ["the same version with another sequence", completed({ version: 3, sequence: 6 })],
  ])("emits the response after a snapshot, also if it has %s", async (_, generation) => {
    const { watched } = await watchingThird();
    const next = watched.next();
    (await polled(7)).json(snapshot({ sequence: 7, timeline: "timeline-b" }));
    (await fetched()).json({ generation });
    await expect(next).resolves.toEqual({ done: false, value: expect.objectContaining({ status: "completed" }) });
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it("rejects with not_found when the generation is deleted", async () => {
    const { watched } = await watchingThird();
    const next = watched.next();
    (await polled(7)).json(changes({ sequence: 8, deleted: [{ id: "gen_1", sequence: 8 }] }));
    (await fetched()).problem("not_found");
    await expect(next).rejects.toHaveProperty("code", "not_found");
  });

  it("rejects with not_found when another owner is signed in", async () => {
    const { watched } = await watchingThird();
    const next = watched.next();
    (await polled(7)).json(snapshot({ sequence: 2, ownerTag: "owner-b" }));
    (await fetched()).problem("not_found");
    await expect(next).rejects.toHaveProperty("code", "not_found");
  });

  it("retries failures of the first request with a growing backoff", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    const failing = [
      (request: ArrivedRequest) => request.cut(),
      (request: ArrivedRequest) => request.problem("internal"),
      (request: ArrivedRequest) => request.problem("rate_limited"),
      (request: ArrivedRequest) => request.answer(new Response("<h1>Bad gateway</h1>", { status: 502 })),
      (request: ArrivedRequest) => request.answer(new Response("<h1>Sign in to the wireless network</h1>")),
      (request: ArrivedRequest) => request.answer(new Response("<h1>404</h1>", { status: 404 })),
      (request: ArrivedRequest) => request.answer(new Response('{"generation":{')),
      (request: ArrivedRequest) => request.cut(),
    ];
    for (const [index, fail] of failing.entries()) {
      fail(await asked("/gen_1"));
      await environment.elapse(Math.min(30_000, 500 * 2 ** index) / 2);
    }
    (await asked("/gen_1")).json({ generation: processing({ version: 2 }) });
    await expect(first).resolves.toHaveProperty("value.version", 2);
  });

  it("retries half a minute after a maintenance page that requests an hour", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    (await asked("/gen_1")).problem("unavailable", {}, { "retry-after": "3600" });
    await environment.elapse(30_250);
    (await asked("/gen_1")).json({ generation: processing({ version: 2 }) });
    await expect(first).resolves.toHaveProperty("value.version", 2);
  });

  it.each([
    ["not_found", 404],
    ["unauthenticated", 401],
    ["forbidden", 403],
  ] as const)("rejects with %s", async (code, status) => {
    const { watched, environment } = watching();
    const first = watched.next();
    (await asked("/gen_1")).problem(code);
    await expect(first).rejects.toMatchObject({ code, status });
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("sends no request for an invalid id", async () => {
    const { client } = testClient();
    const watched = client.watch("..")[Symbol.asyncIterator]();
    await expect(watched.next()).rejects.toHaveProperty("code", "not_found");
    expect(server.count).toBe(0);
  });

  it("continues after a status that a later server adds", async () => {
    const { watched } = watching();
    const first = watched.next();
    // A later server has more statuses than the type of this client.
    const generation = { ...processing(), status: "authorizing" as GenerationStatus & "pending" };
    (await asked("/gen_1")).json({ generation });
    await expect(first).resolves.toHaveProperty("value.status", "authorizing");
    (await polled(1)).json(changes({ sequence: 2, changed: [completed({ version: 2, sequence: 2 })] }));
    await expect(watched.next()).resolves.toHaveProperty("value.status", "completed");
  });

  it("shares one connection with the events of the client", async () => {
    const { client, watched } = await watchingThird();
    (await polled(7)).answer(nothing());
    const long = await requests.longPolled(7, { timeline: undefined });
    const other = client.watch("gen_1")[Symbol.asyncIterator]();
    onTestFinished(async () => void (await other.return?.()));
    const first = other.next();
    (await asked("/gen_1")).json({ generation: processing({ version: 3, sequence: 7 }) });
    await first;
    const next = [watched.next(), other.next()];
    long.json(changes({ sequence: 8, changed: [processing({ version: 4, sequence: 8 })] }));
    for (const received of next) await expect(received).resolves.toHaveProperty("value.version", 4);
    expect(server.count).toBe(4);
  });
});
