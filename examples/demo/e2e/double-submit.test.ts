import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Request } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
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

test("a double press or a held key submits once and is charged once", async (t) => {
  const context = await newContext(t, { browser });
  await context.clock.install();
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  const isSubmit = (request: Request) => request.method() === "POST" && request.url().endsWith("/api/generations");
  const submits: Request[] = [];
  page.on("request", (request) => {
    if (isSubmit(request)) submits.push(request);
  });
  await studio.prompt.fill("Fox");
  // Equal submits join within a second, and then the Studio changes the seed: stop the clock, however slow the machine is.
  await page.clock.pauseAt(Date.now() + 1_000);
  // A typical double press: the second one follows the accepted submit.
  const accepted = page.waitForResponse((response) => isSubmit(response.request()));
  await page.keyboard.press("Control+Enter");
  await accepted;
  await page.keyboard.press("Control+Enter");
  await page.keyboard.down("Control");
  for (let repeat = 0; repeat < 5; repeat += 1) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await page.keyboard.up("Control");
  await page.clock.resume();
  await studio.image("Fox").first().waitFor();
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
  assert.equal(submits.length, 1);
});
