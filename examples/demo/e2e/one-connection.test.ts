import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page, Request } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 10_000 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** How long the pages are watched, in milliseconds. `WATCH_MS=60000` is what the documentation tells of. */
const watchMs = Number(process.env.WATCH_MS ?? 8_000);

/** Requests of a browser to the router, from the moment of the call on. */
function requestsOf(context: BrowserContext): { readonly streams: string[]; readonly others: string[] } {
  const heard = { streams: [] as string[], others: [] as string[] };
  context.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.startsWith("/api/generations")) return;
    // Pictures are not asked for by what watches.
    if (/\/(outputs|preview)\b/.test(pathname)) return;
    (pathname.endsWith("/events") ? heard.streams : heard.others).push(`${request.method()} ${pathname}${search}`);
  });
  return heard;
}

async function submit(page: Page, prompt: string): Promise<void> {
  const response = await page.request.post(`${server.url}/api/generations`, {
    data: { model: "demo", input: { prompt, steps: 12 } },
  });
  assert.equal(response.status(), 202);
}

test("five pages of a browser watch three generations by one stream, and go on when its page is closed", async (t) => {
  const context = await newContext(t, browser);
  const requests = requestsOf(context);
  const first = await openPage(context, `${server.url}/`);
  const others = [];
  for (let index = 1; index < 5; index += 1) others.push(await openPage(context, `${server.url}/`));
  const pages = [first, ...others].map(({ page }) => page);
  await Promise.all(pages.map((page) => page.getByRole("link", { name: "100 credits left" }).waitFor()));
  await quiet(requests);
  assert.equal(requests.streams.length, 1);

  for (const prompt of ["One", "Two", "Three"]) await submit(first.page, prompt);
  await Promise.all(pages.map((page) => page.getByRole("link", { name: "88 credits left" }).waitFor()));
  await Promise.all(pages.map((page) => page.getByRole("progressbar", { name: "Developing" }).waitFor()));
  requests.others.length = 0;
  await sleep(watchMs);
  t.diagnostic(
    `${watchMs / 1_000} s: ${requests.streams.length} stream, others: ${requests.others.join(", ") || "none"}`,
  );
  assert.equal(requests.streams.length, 1);
  assert.ok(requests.others.length <= 3, requests.others.join("\n"));

  const closedAt = performance.now();
  const [, taken] = await Promise.all([first.page.close(), context.waitForEvent("request", isStream)]);
  const ms = Math.round(performance.now() - closedAt);
  t.diagnostic(`the stream moved after ${ms} ms`);
  assert.ok(taken.url().includes("after="));
  const [second, ...rest] = others.map(({ page }) => page);
  assert.ok(second);
  await submit(second, "Four");
  await Promise.all([second, ...rest].map((page) => page.getByRole("link", { name: "84 credits left" }).waitFor()));
  assert.equal(requests.streams.length, 2);
  assert.deepEqual([...first.problems, ...others.flatMap(({ problems }) => problems)], []);
});

const leaves: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  crashes: async (page) => {
    const session = await page.context().newCDPSession(page);
    // It does not live to answer.
    session.send("Page.crash").catch(() => {});
  },
  hangs: async (page) => {
    page
      .evaluate(() => {
        for (;;);
      })
      .catch(() => {});
  },
  "goes elsewhere": (page) => page.goto("about:blank"),
};

for (const [what, leave] of Object.entries(leaves)) {
  test(`another page takes the stream when the one that has it ${what}`, async (t) => {
    const context = await newContext(t, browser);
    const holding = context.waitForEvent("request", isStream);
    const { page: holder } = await openPage(context, `${server.url}/`);
    assert.equal((await holding).frame().page(), holder);
    const { page } = await openPage(context, `${server.url}/`);
    await page.getByRole("link", { name: "100 credits left" }).waitFor();
    const leftAt = performance.now();
    const [taken] = await Promise.all([context.waitForEvent("request", isStream), leave(holder)]);
    t.diagnostic(`the stream moved after ${Math.round(performance.now() - leftAt)} ms`);
    assert.equal(taken.frame().page(), page);
    await submit(page, "A picture");
    await page.getByRole("link", { name: "96 credits left" }).waitFor();
  });
}

test("a page that is come back to by the browser's own way back is up to date again", async (t) => {
  const context = await newContext(t, browser);
  const { page: back } = await openPage(context, `${server.url}/`);
  const { page } = await openPage(context, `${server.url}/`);
  await Promise.all([back, page].map((one) => one.getByRole("link", { name: "100 credits left" }).waitFor()));
  await back.evaluate(() => addEventListener("pageshow", ({ persisted }) => (document.title = `kept: ${persisted}`)));
  await back.goto(`${server.url}/favicon.svg`);
  await submit(page, "A picture");
  await back.goBack();
  await back.getByRole("link", { name: "96 credits left" }).waitFor();
  t.diagnostic(await back.title());
  await submit(page, "Another picture");
  await Promise.all([back, page].map((one) => one.getByRole("link", { name: "92 credits left" }).waitFor()));
});

function isStream(request: Request): boolean {
  return new URL(request.url()).pathname.endsWith("/events");
}

/** Waits until nothing was asked for a second. */
async function quiet({ streams, others }: ReturnType<typeof requestsOf>): Promise<void> {
  for (let before = -1; before !== streams.length + others.length; await sleep(1_000)) {
    before = streams.length + others.length;
  }
}
