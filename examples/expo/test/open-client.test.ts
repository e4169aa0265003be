import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openClient } from "../src/open-client.ts";

const folder = mkdtempSync(join(tmpdir(), "posters-"));
let server: ChildProcess;
let baseUrl: string;

before(async () => {
  server = spawn(process.execPath, [join(import.meta.dirname, "../server/server.ts")], {
    cwd: folder,
    env: { ...process.env, PORT: "0", SAFELIGHT_SECRET: "a secret of the tests, and of nothing else" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(server, "exit").then(() => assert.fail("the server exited"));
  const [line] = await Promise.race([once(server.stdout ?? assert.fail(), "data"), exited]);
  baseUrl = new URL(String(line).trim()).origin;
  exited.catch(() => {});
});
after(async () => {
  const exit = once(server, "exit");
  server.kill("SIGTERM");
  await exit;
  rmSync(folder, { recursive: true, force: true });
});

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** As React Native's own: it resolves with the whole body, and the response has no stream. */
const wholeBody: Fetch = async (url, init) => {
  const response = await fetch(url, init);
  // An event stream would never end.
  if (response.headers.get("content-type") === "text/event-stream") await response.body?.cancel();
  const text = response.bodyUsed ? "" : await response.text();
  const whole = new Response(response.status === 204 ? null : text, response);
  Object.defineProperty(whole, "body", { value: null });
  Object.defineProperty(whole, "url", { value: url });
  return whole;
};

/** As `expo/fetch` on a slow network: the reader gets three bytes at a time, also in the middle of a character. */
const threeBytesAtATime: Fetch = async (url, init) => {
  const response = await fetch(url, init);
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        for (let start = 0; start < chunk.length; start += 3) controller.enqueue(chunk.slice(start, start + 3));
      },
    }),
  );
  return new Response(body ?? null, response);
};

const cases = [
  { name: "fetch of React Native", fetch: wholeBody, watching: "long polls", owner: "ann" },
  { name: "expo/fetch", fetch: threeBytesAtATime, watching: "a stream", owner: "bob" },
];
for (const { fetch, name, owner, watching } of cases) {
  test(`a poster develops with ${name}, by ${watching}`, async () => {
    const requests: URL[] = [];
    const client = openClient({
      baseUrl,
      accessToken: async () => owner,
      fetch: (url, init) => {
        requests.push(new URL(url));
        return fetch(url, init);
      },
    });
    const { generation } = await client.submit("poster", { prompt: "冬の狐 🦊" });
    const end = await endOf(client.events(), generation.id);
    assert.equal(end.input.prompt, "冬の狐 🦊");
    const hasPolled = requests.some(({ searchParams }) => searchParams.has("wait"));
    assert.equal(hasPolled, watching === "long polls", requests.join("\n"));
    // An absolute URL: an app has no address that completes it.
    const image = await globalThis.fetch(end.outputs[0].url);
    assert.equal(image.headers.get("content-type"), "image/png");
  });
}

test("a request without a token is refused", async () => {
  const client = openClient({ baseUrl, accessToken: async () => "", fetch: threeBytesAtATime });
  await assert.rejects(client.submit("poster", { prompt: "A fox" }), { code: "unauthenticated" });
});

type PosterEvents = ReturnType<ReturnType<typeof openClient>["events"]>;

/** The last version of a generation. */
async function endOf(events: PosterEvents, id: string) {
  for await (const event of events) {
    if (event.type === "generation" && event.generation.id === id && event.generation.finishedAt !== null) {
      assert(event.generation.status === "completed", JSON.stringify(event.generation));
      return event.generation;
    }
  }
  return assert.fail("the events ended");
}
