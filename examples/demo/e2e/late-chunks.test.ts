import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openIn } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 50 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("a page whose connection code responds with 404 refetches, and is live without a reload once it loads", async (t) => {
  const context = await newContext(t, { browser });
  let isGone = true;
  await context.route(/\/assets\/live-[^/]+\.js$/, (route) =>
    isGone ? route.fulfill({ status: 404 }) : route.continue(),
  );
  const page = await context.newPage();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  const countOf = (path: string) => requests.filter((other) => other === path).length;
  await page.goto(server.url);
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  while (countOf("/api/generations/active") < 3) await page.waitForRequest("**/api/generations/active");
  assert.equal(countOf("/api/generations/events"), 0);
  assert.equal(
    await page
      .locator(".banner")
      .getByText(/offline|cannot be reached/)
      .count(),
    0,
  );
  isGone = false;
  await page.waitForRequest("**/api/generations/events*");
  const studio = studioOf(page);
  await studio.submit("A bridge at dusk");
  await studio.image("A bridge at dusk").waitFor();
  assert.equal(await page.evaluate(() => "isSamePage" in window), true);
});

test("a click before its code has arrived survives a reload, and is charged once", async (t) => {
  const context = await newContext(t, { browser });
  let isStalled = true;
  await context.route(/\/assets\/session-commands-[^/]+\.js$/, (route) => (isStalled ? undefined : route.continue()));
  const page = await context.newPage();
  // The page knows its owner then.
  await Promise.all([page.waitForRequest("**/api/generations/events*"), openIn(page, server.url)]);
  const keys: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/generations")) {
      keys.push(request.headers()["idempotency-key"]);
    }
  });
  const studio = studioOf(page);
  await studio.submit("A kite over dunes");
  const recorded = await page.evaluate(() => sessionStorage.getItem("safelight:/api/generations"));
  assert.match(recorded ?? "", /A kite over dunes/);
  assert.deepEqual(keys, []);
  isStalled = false;
  await page.reload();
  await studio.image("A kite over dunes").waitFor();
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
  assert.equal(keys.length, 1);
  assert.ok(recorded?.includes(`"idempotencyKey":"${keys[0]}"`));
});
