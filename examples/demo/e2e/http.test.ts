import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { findNetworkAddress } from "../server/network-address.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";

let server: DemoServer;

before(async () => {
  server = await startDemoServer({ grant: 20, stepMs: 20 });
});
after(() => server[Symbol.asyncDispose]());

test("accepts 5 of 45 concurrent submits with 20 credits, and refuses the others with 402", async () => {
  const cookie = await newVisitor();
  const statuses = await Promise.all(
    Array.from({ length: 45 }, async (_, seed) => {
      const response = await submit({ prompt: "A race", steps: 1, seed }, { cookie });
      return response.status;
    }),
  );
  assert.deepEqual(countEach(statuses), { 202: 5, 402: 40 });
  assert.equal(await balance(cookie), 0);
});

test("a first request without a cookie already acts as the visitor in its Set-Cookie header", async () => {
  const submitted = await submit({ prompt: "The first call", steps: 1 });
  assert.equal(submitted.status, 202);
  const setCookie = submitted.headers.getSetCookie()[0] ?? "";
  assert.match(setCookie, /HttpOnly/);
  const cookie = setCookie.split(";")[0] ?? "";
  const history = await fetch(`${server.url}/api/generations`, { headers: { cookie } });
  assert.equal((await history.json()).generations.length, 1);
  assert.deepEqual(history.headers.getSetCookie(), []);
});

test("a cookie with a forged signature creates a new visitor", async () => {
  const cookie = await newVisitor();
  await submit({ prompt: "Mine", steps: 1 }, { cookie });
  const forged = `${cookie.slice(0, -6)}AAAAAA`;
  const history = await fetch(`${server.url}/api/generations`, { headers: { cookie: forged } });
  assert.deepEqual((await history.json()).generations, []);
  assert.equal(history.headers.getSetCookie().length, 1);
});

test("two processes for pages and worker share visitors, signatures and generations, and stop on SIGTERM", async (t) => {
  const split = await startDemoServer({ isSplit: true, stepMs: 20 });
  t.after(() => split[Symbol.asyncDispose]());
  const cookie = await newVisitor(split);
  const wakeUpsMs: number[] = [];
  for (let seed = 0; seed < 5; seed += 1) {
    // One at a time, so that each submit wakes an idle worker.
    const response = await submit({ prompt: "Two of us", steps: 2, seed }, { cookie, url: split.url });
    const { generation } = await response.json();
    const ended = await waitForEnd({ url: split.url, id: generation.id, cookie });
    assert.equal(ended.status, "completed");
    wakeUpsMs.push(Date.parse(ended.startedAt) - Date.parse(ended.createdAt));
    const image = await fetch(`${split.url}${ended.outputs[0].url}`);
    assert.equal(image.headers.get("content-type"), "image/png");
    assert.ok((await image.arrayBuffer()).byteLength > 10_000);
  }
  t.diagnostic(`submit → accepted by the provider in the other process: ${wakeUpsMs.join(", ")} ms`);
  assert.deepEqual(await split.stop(), [0, 0]);
});

test("pages are not cached and have a content policy; assets are immutable and compressed", async () => {
  const page = await fetch(server.url);
  assert.match(page.headers.get("cache-control") ?? "", /no-cache/);
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  // Browsers warn about it over plain http.
  assert.equal(page.headers.get("cross-origin-opener-policy"), null);
  assert.equal(page.headers.getSetCookie().length, 1);
  const script = /\/assets\/[^"]+\.js/.exec(await page.text())?.[0];
  assert.ok(script);
  const asset = await fetch(`${server.url}${script}`);
  assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
  assert.ok(asset.headers.has("content-encoding"));
  assert.deepEqual(asset.headers.getSetCookie(), []);
  assert.equal((await fetch(`${server.url}/assets/gone.js`)).status, 404);
});

test("responds with 200 to the path of a page, and with 404 to any other", async () => {
  const statusOf = async (path: string) =>
    (await fetch(`${server.url}${path}`, { headers: { accept: "text/html" } })).status;
  for (const path of ["/", "/history", "/history/", "/history/gen_1", "/credits", "/about", "/continue"]) {
    assert.equal(await statusOf(path), 200, path);
  }
  for (const path of ["/nowhere", "/history/gen_1/more", "/credits/1"]) assert.equal(await statusOf(path), 404, path);
  assert.match(await (await fetch(`${server.url}/nowhere`)).text(), /<div id="root">/);
});

test("a top-up grants the credits of a new visitor once per key", async () => {
  const cookie = await newVisitor();
  const topUp = async (key: string) => {
    const headers = { cookie, "content-type": "application/json", "idempotency-key": key };
    const response = await fetch(`${server.url}/api/visitor/top-up`, { method: "POST", headers, body: "{}" });
    return (await response.json()).balance;
  };
  assert.deepEqual([await topUp("a"), await topUp("a"), await topUp("b")], [40, 40, 60]);
  assert.equal(await balance(cookie), 60);
});

test("HOST=127.0.0.1 refuses connections from the network, and the startup message states the access", async (t) => {
  assert.match(server.startupMessage, /set HOST=127\.0\.0\.1|Only this machine can connect\./);
  const local = await startDemoServer({ environment: { HOST: "127.0.0.1" } });
  t.after(() => local[Symbol.asyncDispose]());
  assert.match(local.startupMessage, /Only this machine can connect\./);
  const address = findNetworkAddress();
  const { port } = new URL(local.url);
  if (address === null) return t.diagnostic("skipped a part: this machine has no network");
  await assert.rejects(fetch(`http://${address}:${port}/`), TypeError);
});

test("serves the documentation that About links to, and no other file", async () => {
  const about = await readFile(new URL("../src/about/about-page.tsx", import.meta.url), "utf8");
  const files = [...about.matchAll(/file: "([a-z-]+\.md)"/g)].map(([, file]) => file);
  assert.ok(files.length > 0);
  for (const file of files) {
    const page = await fetch(`${server.url}/docs/${file}`);
    assert.equal(page.status, 200, file);
    assert.match(page.headers.get("content-type") ?? "", /^text\/plain/);
  }
  for (const path of ["/docs/nothing.md", "/docs/..%2fREADME.md", "/docs/images"]) {
    assert.equal((await fetch(`${server.url}${path}`)).status, 404, path);
  }
});

test("a second server on the same port exits with an error that names the port", async () => {
  const port = new URL(server.url).port;
  await assert.rejects(startDemoServer({ port: Number(port) }), new RegExp(`Port ${port} is in use`));
});

/** Long-polls until the generation ends. */
async function waitForEnd(options: { readonly url: string; readonly id: string; readonly cookie: string }) {
  const { url, id, cookie } = options;
  let etag = "";
  for (;;) {
    const headers = { cookie, "if-none-match": etag };
    const response = await fetch(`${url}/api/generations/${id}?wait=5`, { headers });
    etag = response.headers.get("etag") ?? etag;
    if (response.status === 304) continue;
    const { generation } = await response.json();
    if (["completed", "failed", "canceled"].includes(generation.status)) return generation;
  }
}

function submit(
  input: Readonly<Record<string, string | number>>,
  { cookie, url = server.url }: { readonly cookie?: string; readonly url?: string } = {},
): Promise<Response> {
  return fetch(`${url}/api/generations`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(cookie !== undefined && { cookie }) },
    body: JSON.stringify({ model: "demo", input }),
  });
}

async function newVisitor({ url }: DemoServer = server): Promise<string> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? assert.fail("The response sets no cookie.");
}

async function balance(cookie: string): Promise<number> {
  const response = await fetch(`${server.url}/api/generations/credits`, { headers: { cookie } });
  return (await response.json()).balance;
}

function countEach(values: readonly number[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
