import { describe, expect, it, onTestFinished } from "vitest";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, changes, completed, processing } from "../../../test/generations.js";
import { type ArrivedRequest, manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";
import type { Generation, GenerationStatus } from "../contract/generation.js";

const server = manualServer();
const base = "/api/generations";

/** The next request, which must be this one. */
async function asked(path: string): Promise<ArrivedRequest> {
  const request = await server.next();
  expect(request.path).toBe(base + path);
  return request;
}

function watching(): ReturnType<typeof testClient> & { readonly watched: AsyncIterator<Generation> } {
  const made = testClient();
  const watched = made.client.watch("gen_1")[Symbol.asyncIterator]();
  onTestFinished(async () => {
    await watched.return?.();
  });
  return { ...made, watched };
}

/** Watches a generation that has its third version, which is the seventh change of its owner. */
async function watchingThird() {
  const made = watching();
  const first = made.watched.next();
  (await asked("/gen_1")).json({ generation: processing({ version: 3, sequence: 7 }) });
  await first;
  return made;
}

describe("watch", () => {
  it("gives the generation as it is, then as its owner is told of it, and ends with it", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    (await asked("/gen_1")).json({ generation: processing({ version: 1, sequence: 7 }) });
    await expect(first).resolves.toEqual({ done: false, value: processing({ version: 1, sequence: 7 }) });
    const second = watched.next();
    const ended = completed({ version: 2, sequence: 8, url: "/picture" });
    (await asked("/active?after=7&wait=25")).json(changes({ sequence: 8, changed: [ended] }));
    await expect(second).resolves.toHaveProperty("value.status", "completed");
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("asks no more where it has ended already", async () => {
    const { watched } = watching();
    const first = watched.next();
    (await asked("/gen_1")).json({ generation: completed() });
    await first;
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
    expect(server.count).toBe(1);
  });

  it("passes over others, and over versions that are not newer than the last one", async () => {
    const { watched } = await watchingThird();
    const next = watched.next();
    const changed = [
      processing({ id: "gen_2", version: 9, sequence: 8 }),
      processing({ version: 3, sequence: 9 }),
      processing({ version: 2, sequence: 10 }),
      processing({ version: 5, sequence: 11 }),
    ];
    (await asked("/active?after=7&wait=25")).json(changes({ sequence: 11, changed }));
    await expect(next).resolves.toHaveProperty("value.version", 5);
  });

  it("asks for it again where what was told does not continue", async () => {
    const { watched, environment } = await watchingThird();
    const next = watched.next();
    const answer = changes({ sequence: 9, generations: [processing({ version: 4, sequence: 9 })], resync: true });
    (await asked("/active?after=7&wait=25")).json(answer);
    (await asked("/gen_1")).json({ generation: processing({ version: 3, sequence: 9 }) });
    await environment.elapse(250);
    const changed = [processing({ version: 4, sequence: 10 })];
    (await asked("/active?after=9&wait=25")).json(changes({ sequence: 10, changed }));
    await expect(next).resolves.toHaveProperty("value.version", 4);
  });

  it("ends with not_found when it is deleted", async () => {
    const { watched } = await watchingThird();
    const next = watched.next();
    const deleted = [{ id: "gen_1", sequence: 8 }];
    (await asked("/active?after=7&wait=25")).json(changes({ sequence: 8, deleted }));
    (await asked("/gen_1")).problem("not_found");
    await expect(next).rejects.toHaveProperty("code", "not_found");
  });

  it("ends with not_found when somebody else is signed in", async () => {
    const { watched } = await watchingThird();
    const next = watched.next();
    (await asked("/active?after=7&wait=25")).json({ ...active({ sequence: 2, ownerTag: "owner-b" }) });
    (await asked("/gen_1")).problem("not_found");
    await expect(next).rejects.toHaveProperty("code", "not_found");
  });

  it("goes on through failures, and pauses longer and longer", async () => {
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

  it.each([
    ["not_found", 404],
    ["unauthenticated", 401],
    ["forbidden", 403],
  ] as const)("ends with %s", async (code, status) => {
    const { watched, environment } = watching();
    const first = watched.next();
    (await server.next()).problem(code);
    await expect(first).rejects.toMatchObject({ code, status });
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("asks nothing for what is no id", async () => {
    const { client } = testClient();
    const watched = client.watch("..")[Symbol.asyncIterator]();
    await expect(watched.next()).rejects.toHaveProperty("code", "not_found");
    expect(server.count).toBe(0);
  });

  it("goes on with a status that it does not know", async () => {
    const { watched } = watching();
    const first = watched.next();
    // A server that is newer than this client.
    const generation = { ...processing(), status: "authorizing" as GenerationStatus & "pending" };
    (await asked("/gen_1")).json({ generation });
    await expect(first).resolves.toHaveProperty("value.status", "authorizing");
    const second = watched.next();
    const changed = [completed({ version: 2, sequence: 2 })];
    (await asked("/active?after=1&wait=25")).json(changes({ sequence: 2, changed }));
    await expect(second).resolves.toHaveProperty("value.status", "completed");
  });
});
