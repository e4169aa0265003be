import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page, Route } from "playwright";
import { launchBrowser, newContext, openPage, type WatchedPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { isStream } from "./is-stream.ts";
import { balanceOf, studioOf } from "./studio.ts";
import { submitGeneration, waitForQueue } from "./visitor-requests.ts";

/** Long: what changes is heard of by what is done here, and not by the next step. */
const stepMs = 30_000;

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs }), launchBrowser()]);
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

/** Waits until each page shows what there is. Not for long: the next step would tell of what was missed. */
async function know(pages: readonly Page[], now: { readonly credits: number; readonly developing: number }) {
  const timeout = stepMs / 2;
  const known = pages.flatMap((page) => [
    balanceOf(page)
      .filter({ hasText: `${now.credits} credits left` })
      .waitFor({ timeout }),
    studioOf(page)
      .indicator.filter({ hasText: now.developing > 1 ? `+${now.developing - 1}` : /%$/ })
      .waitFor({ timeout }),
  ]);
  await Promise.all(known);
}

/**
 * How soon another page has the stream, in milliseconds: of a page that is gone at once, which a busy machine makes seconds;
 * of one that says nothing any more after ten seconds of silence.
 */
const maxMoveMs = 6_000;
const maxFrozenMoveMs = 15_000;

/**
 * Has the page with the stream leave. Four times something changes on the server: just before, as it leaves, when nobody
 * hears of anything any more, and after.
 *
 * @param leave answers when the page was gone.
 * @returns what was asked for as the stream that took its place, and how many milliseconds later.
 */
async function move(context: BrowserContext, leave: () => Promise<number>) {
  const submit = (prompt: string) => submitGeneration(context, server.url, { prompt, steps: 12 });
  const unheard = async (route: Route): Promise<void> => {
    // Nothing that comes later tells of it again.
    await waitForQueue(context, server.url, await submit("Unheard"));
    await route.continue();
  };
  await context.route("**/events?*", unheard, { times: 1 });
  await submit("Just before");
  const moving = context.waitForEvent("request", isStream).then((request) => ({ request, at: performance.now() }));
  const [leftAt, { request, at }] = await Promise.all([leave(), moving, submit("As it leaves")]);
  await submit("After");
  return { request, ms: Math.round(at - leftAt) };
}

/** Opens a page, and waits until it has the stream: of pages that open together any may have it. */
async function openHolder(context: BrowserContext): Promise<WatchedPage> {
  const holding = context.waitForEvent("request", isStream);
  const holder = await openPage(context, `${server.url}/`);
  assert.ok((await holding).frame().page() === holder.page, "the first page does not have the stream");
  return holder;
}

/** When something was begun. */
async function since(work: () => Promise<unknown>): Promise<number> {
  const begunAt = performance.now();
  await work();
  return begunAt;
}

test("five pages of a browser watch three generations by one stream, and go on when its page is closed", async (t) => {
  const context = await newContext(t, browser);
  const requests = requestsOf(context);
  const first = await openHolder(context);
  const others = [];
  for (let index = 1; index < 5; index += 1) others.push(await openPage(context, `${server.url}/`));
  const pages = [first, ...others].map(({ page }) => page);
  await Promise.all(pages.map((page) => page.getByRole("link", { name: "100 credits left" }).waitFor()));
  await quiet(requests);
  assert.equal(requests.streams.length, 1);

  for (const prompt of ["One", "Two", "Three"]) await submitGeneration(context, server.url, { prompt, steps: 12 });
  await know(pages, { credits: 88, developing: 3 });
  await Promise.all(pages.map((page) => studioOf(page).progress.waitFor()));
  requests.others.length = 0;
  await sleep(watchMs);
  t.diagnostic(
    `${watchMs / 1_000} s: ${requests.streams.length} stream, others: ${requests.others.join(", ") || "none"}`,
  );
  assert.equal(requests.streams.length, 1);
  assert.ok(requests.others.length <= 3, requests.others.join("\n"));

  const moved = await move(context, () => since(() => first.page.close()));
  t.diagnostic(`the stream moved after ${moved.ms} ms`);
  assert.ok(moved.ms <= maxMoveMs, `the stream moved after ${moved.ms} ms`);
  assert.ok(moved.request.url().includes("after="));
  await know(pages.slice(1), { credits: 72, developing: 7 });
  assert.equal(requests.streams.length, 2);
  assert.deepEqual([...first.problems, ...others.flatMap(({ problems }) => problems)], []);
});

/** How a page may leave, and how soon the stream is somebody else's. */
const leaves: Readonly<Record<string, { readonly leave: (page: Page) => Promise<number>; readonly maxMs: number }>> = {
  crashes: {
    leave: async (page) => {
      const session = await page.context().newCDPSession(page);
      return since(async () => {
        // It does not live to answer.
        session.send("Page.crash").catch(() => {});
      });
    },
    maxMs: maxMoveMs,
  },
  hangs: {
    leave: async (page) => {
      const hanging = page.waitForEvent("console", (message) => message.text() === "It hangs.");
      page
        .evaluate(() => {
          console.log("It hangs.");
          for (;;);
        })
        .catch(() => {});
      await hanging;
      return performance.now();
    },
    maxMs: maxFrozenMoveMs,
  },
  "goes elsewhere": { leave: (page) => since(() => page.goto("about:blank")), maxMs: maxMoveMs },
};

for (const [what, { leave, maxMs }] of Object.entries(leaves)) {
  test(`another page takes the stream when the one that has it ${what}`, async (t) => {
    const context = await newContext(t, browser);
    const { page: holder } = await openHolder(context);
    const { page } = await openPage(context, `${server.url}/`);
    await page.getByRole("link", { name: "100 credits left" }).waitFor();
    const { ms, request } = await move(context, () => leave(holder));
    t.diagnostic(`the stream moved after ${ms} ms`);
    assert.ok(ms <= maxMs, `the stream moved after ${ms} ms`);
    assert.ok(request.frame().page() === page, "the page that left took it again");
    await know([page], { credits: 84, developing: 4 });
  });
}

/** Waits until nothing was asked for a second. */
async function quiet({ streams, others }: ReturnType<typeof requestsOf>): Promise<void> {
  for (let before = -1; before !== streams.length + others.length; await sleep(1_000)) {
    before = streams.length + others.length;
  }
}
