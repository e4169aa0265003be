import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 50 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("who writes nothing is told what to do, until there are words", async (t) => {
  const { page } = await openPage(await newContext(t, browser), server.url);
  const studio = studioOf(page);
  await studio.submit("   ");
  const message = page.getByRole("alert").getByText("Write what you would like to see first.");
  await message.waitFor();
  assert.equal(await studio.prompt.evaluate((field) => field === document.activeElement), true);
  await studio.prompt.fill("A pier");
  await message.waitFor({ state: "detached" });
});

test("where one model is offered there is nothing to choose, and nobody asks whose a picture is", async (t) => {
  const { page } = await openPage(await newContext(t, browser), server.url);
  const studio = studioOf(page);
  await studio.submit("A quiet pier");
  await studio.picture("A quiet pier").waitFor();
  await studio.submitButton.filter({ hasText: "4 credits" }).waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Model" }).count(), 0);
  await page.getByRole("link", { name: /^A quiet pier just now$/ }).waitFor();
});

test("what went wrong with one picture is not said of the next", async (t) => {
  const context = await newContext(t, browser);
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  const submits = (url: URL) => url.pathname === "/api/generations";
  await context.route(submits, (route, request) =>
    request.method() === "POST"
      ? route.fulfill({
          status: 422,
          contentType: "application/problem+json",
          json: { code: "content_blocked", detail: "Not here.", status: 422 },
        })
      : route.continue(),
  );
  await studio.submit("A bad one");
  const problem = page.getByRole("alert").getByText("Not here.");
  await problem.waitFor();
  await context.unroute(submits);
  await studio.prompt.fill("A good one");
  await problem.waitFor({ state: "detached" });
  await page.keyboard.press("Control+Enter");
  await studio.picture("A good one").waitFor();
  assert.equal(await problem.count(), 0);
});
