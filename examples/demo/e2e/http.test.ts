import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type DemoServer, startDemoServer } from "./demo-server.ts";

let server: DemoServer;

before(async () => {
  server = await startDemoServer({ grant: 20, stepMs: 20 });
});
after(() => server[Symbol.asyncDispose]());

test("60 submits at once on 20 credits: 5 are accepted, and the rest must not be paid", async () => {
  const cookie = await newVisitor();
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async (_, seed) => (await submit({ prompt: "A race", steps: 1, seed }, cookie)).status),
  );
  assert.deepEqual(countEach(statuses), { 202: 5, 402: 55 });
  assert.equal(await balance(cookie), 0);
});

test("the first call without a cookie already acts as the visitor that its answer names", async () => {
  const submitted = await submit({ prompt: "The first call", steps: 1 });
  assert.equal(submitted.status, 202);
  const setCookie = submitted.headers.getSetCookie()[0] ?? "";
  assert.match(setCookie, /HttpOnly/);
  const cookie = setCookie.split(";")[0] ?? "";
  const history = await fetch(`${server.url}/api/generations`, { headers: { cookie } });
  assert.equal((await history.json()).generations.length, 1);
  assert.deepEqual(history.headers.getSetCookie(), []);
});

test("a forged cookie makes a new visitor, not that one", async () => {
  const cookie = await newVisitor();
  await submit({ prompt: "Mine", steps: 1 }, cookie);
  const forged = `${cookie.slice(0, -6)}AAAAAA`;
  const history = await fetch(`${server.url}/api/generations`, { headers: { cookie: forged } });
  assert.deepEqual((await history.json()).generations, []);
  assert.equal(history.headers.getSetCookie().length, 1);
});

test("pages are fresh and guarded by a policy; assets are kept for ever and compressed", async () => {
  const page = await fetch(server.url);
  assert.match(page.headers.get("cache-control") ?? "", /no-cache/);
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  assert.equal(page.headers.getSetCookie().length, 1);
  const script = /\/assets\/[^"]+\.js/.exec(await page.text())?.[0];
  assert.ok(script);
  const asset = await fetch(`${server.url}${script}`);
  assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
  assert.ok(asset.headers.has("content-encoding"));
  assert.equal((await fetch(`${server.url}/assets/gone.js`)).status, 404);
});

test("a second server on the same port says what is wrong", async () => {
  const port = new URL(server.url).port;
  await assert.rejects(startDemoServer({ port: Number(port) }), new RegExp(`port ${port} is in use`));
});

function submit(input: Readonly<Record<string, string | number>>, cookie?: string): Promise<Response> {
  return fetch(`${server.url}/api/generations`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(cookie !== undefined && { cookie }) },
    body: JSON.stringify({ model: "demo", input }),
  });
}

async function newVisitor(): Promise<string> {
  const response = await fetch(server.url);
  await response.body?.cancel();
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? assert.fail("no cookie was given");
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
