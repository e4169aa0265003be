import { describe, expect, it, onTestFinished } from "vitest";
import { nothingLeft } from "../../test/fake-environment.js";
import { completed, processing } from "../../test/generations.js";
import { type ArrivedRequest, manualServer } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";
import type { Generation, GenerationStatus } from "./contract/generation.js";

const server = manualServer();

/** Answers as the server does: with the version as the name of the answer. */
function answer(request: ArrivedRequest, generation: Generation): void {
  request.json({ generation }, { headers: { etag: `W/"v${generation.version}-1"` } });
}

function watching(): ReturnType<typeof testClient> & { readonly watched: AsyncIterator<Generation> } {
  const made = testClient();
  const watched = made.client.watch("gen_1")[Symbol.asyncIterator]();
  onTestFinished(async () => {
    await watched.return?.();
  });
  return { ...made, watched };
}

describe("watch", () => {
  it("gives the generation as it is, then lets the server hold the question until it changes, and ends with it", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    const asked = await server.next();
    expect(asked.path).toBe("/api/generations/gen_1");
    expect(asked.headers.get("if-none-match")).toBeNull();
    answer(asked, processing({ version: 1 }));
    await expect(first).resolves.toEqual({ done: false, value: processing({ version: 1 }) });

    const second = watched.next();
    const held = await server.next();
    expect(held.path).toBe("/api/generations/gen_1?wait=25");
    expect(held.headers.get("if-none-match")).toBe('W/"v1-1"');
    answer(held, completed({ version: 2, url: "/picture" }));
    await expect(second).resolves.toHaveProperty("value.status", "completed");
    await expect(watched.next()).resolves.toEqual({ done: true, value: undefined });
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("says nothing when nothing changed, and asks again at once after a question that was held", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    answer(await server.next(), processing({ version: 1 }));
    await first;
    const second = watched.next();
    for (let round = 0; round < 3; round += 1) {
      const held = await server.next();
      expect(held.path).toContain("wait=25");
      environment.skip(25_000);
      held.answer(new Response(null, { status: 304 }));
    }
    answer(await server.next(), processing({ version: 2 }));
    await expect(second).resolves.toHaveProperty("value.version", 2);
  });

  it("never gives a version that is not newer than the last one", async () => {
    const { watched, environment } = watching();
    const versions: number[] = [];
    const watch = (async () => {
      for (let at = await watched.next(); !at.done; at = await watched.next()) versions.push(at.value.version);
    })();
    answer(await server.next(), processing({ version: 3 }));
    for (const version of [2, 3]) {
      answer(await server.next(), processing({ version }));
      await environment.elapse(2_000);
    }
    answer(await server.next(), processing({ version: 5 }));
    await environment.elapse(250);
    answer(await server.next(), completed({ version: 6 }));
    await watch;
    expect(versions).toEqual([3, 5, 6]);
  });

  it("goes on through failures, asks for an answer at once after each, and pauses longer and longer", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    answer(await server.next(), processing({ version: 1 }));
    await first;
    const second = watched.next();
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
      const request = await server.next();
      expect(request.path).toBe(index === 0 ? "/api/generations/gen_1?wait=25" : "/api/generations/gen_1");
      fail(request);
      await environment.elapse(Math.min(30_000, 500 * 2 ** index) / 2);
    }
    answer(await server.next(), processing({ version: 2 }));
    await expect(second).resolves.toHaveProperty("value.version", 2);
  });

  it("pauses as at first after half a minute without a failure, and not before", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    (await server.next()).cut();
    await environment.elapse(250);
    answer(await server.next(), processing({ version: 1 }));
    await first;
    const rest = watched.next();
    environment.skip(4_999);
    (await server.next()).cut();
    await environment.elapse(500);
    (await server.next()).answer(new Response(null, { status: 304 }));
    const held = await server.next();
    environment.skip(30_000);
    held.cut();
    await environment.elapse(250);
    answer(await server.next(), completed({ version: 2 }));
    await rest;
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

  it("asks at the server's pace where the name of the answer cannot be read", async () => {
    const { watched, environment } = watching();
    const first = watched.next();
    (await server.next()).json({ generation: processing() });
    await first;
    const second = watched.next();
    const unnamed = await server.next();
    expect(unnamed.headers.get("if-none-match")).toBeNull();
    unnamed.json({ generation: processing() }, { headers: { "safelight-poll-after-ms": "1500" } });
    await environment.elapse(1_500);
    // Nor can the pace.
    (await server.next()).json({ generation: processing() });
    await environment.elapse(2_000);
    (await server.next()).json({ generation: processing({ version: 2 }) });
    await expect(second).resolves.toHaveProperty("value.version", 2);
  });

  it("goes on with a status that it does not know", async () => {
    const { watched } = watching();
    const first = watched.next();
    // A server that is newer than this client.
    answer(await server.next(), { ...processing(), status: "authorizing" as GenerationStatus & "pending" });
    await expect(first).resolves.toHaveProperty("value.status", "authorizing");
    const second = watched.next();
    answer(await server.next(), completed({ version: 2 }));
    await expect(second).resolves.toHaveProperty("value.status", "completed");
  });
});
