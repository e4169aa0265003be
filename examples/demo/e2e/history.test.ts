import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, naturalWidth, navigateTo, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ grant: 200, stepMs: 20 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("the history loads more on scroll, filters by status, and the arrow keys move between details", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), `${server.url}/about`);
  const prompts = Array.from(
    { length: 26 },
    (_, index) => `Picture ${index + 1}${index % 5 === 0 ? " fail:policy" : ""}`,
  );
  for (const prompt of prompts) await submit(page, prompt);
  await balanceOf(page)
    .filter({ hasText: String(200 - 20 * 4) })
    .waitFor();

  await page.goto(`${server.url}/history`);
  const frames = page.getByRole("main").getByRole("listitem");
  await frames.filter({ hasText: "Picture 26" }).waitFor();
  await frames.filter({ hasText: /Picture 1 fail/ }).waitFor({ state: "detached" });
  await page.mouse.move(600, 400);
  await frames.last().scrollIntoViewIfNeeded();
  await frames.filter({ hasText: /Picture 1 fail/ }).waitFor();
  assert.equal(await frames.count(), 26);

  await page.getByRole("button", { name: "Failed" }).click();
  await frames.filter({ hasText: "Picture 25" }).waitFor({ state: "detached" });
  await frames.filter({ hasText: "Picture 26" }).waitFor();
  assert.equal(await frames.count(), 6);
  assert.equal(await frames.filter({ hasText: "4 credits refunded" }).count(), 6);
  await page.reload();
  await frames.filter({ hasText: "Picture 26" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Failed" }).getAttribute("aria-pressed"), "true");

  await page.getByRole("button", { name: "Completed" }).click();
  await frames.filter({ hasText: "Picture 25" }).getByRole("link").click();
  await naturalWidth(page.getByRole("dialog").getByRole("img", { name: "Picture 25" }));
  await page.keyboard.press("ArrowRight");
  await page.getByRole("dialog", { name: "Picture 24" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("dialog", { name: "Picture 25" }).waitFor();
  // The arrow keys add no history entries: back closes the dialog.
  await page.goBack();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await page.getByRole("button", { name: "Completed" }).getAttribute("aria-pressed"), "true");
});

test("a failed read of the history shows an error with a retry button", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, `${server.url}/about`);
  const historyOnly = (url: URL) => url.pathname === "/api/generations";
  await context.route(historyOnly, (route) =>
    route.fulfill({ status: 500, contentType: "text/plain", body: "broken" }),
  );
  await navigateTo(page, "History");
  await page.getByRole("alert").getByText("The history cannot be shown right now").waitFor();
  await context.unroute(historyOnly);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "No pictures yet" }).waitFor();
});

test("an image that fails to load shows no broken icon, and appears once it loads", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("Held back");
  await naturalWidth(studioOf(page).image("Held back"));
  const outputs = "**/outputs/**";
  await context.route(outputs, (route) => route.abort());
  await page.goto(`${server.url}/history`);
  const frame = page.getByRole("main").getByRole("link", { name: /^Held back/ });
  await frame.waitFor();
  await frame.locator("img").waitFor({ state: "detached" });
  await context.unroute(outputs);
  await naturalWidth(frame.locator("img"));
});

test("starting over makes every tab a new visitor, without the old gallery", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const { page: otherTab } = await openPage(context, `${server.url}/history`);
  await studioOf(page).submit("Left behind");
  await naturalWidth(studioOf(page).image("Left behind"));
  await otherTab.getByRole("link", { name: /^Left behind/ }).waitFor();
  await navigateTo(page, "Credits");
  await page.getByRole("button", { name: "Become a new visitor" }).click();
  await page.getByRole("button", { name: "Leave it behind" }).click();
  await page.getByRole("main").getByText("The tray is empty.").waitFor();
  await balanceOf(page).filter({ hasText: "200" }).waitFor();
  await otherTab.getByRole("heading", { name: "No pictures yet" }).waitFor();
});

async function submit(page: Page, prompt: string): Promise<void> {
  const response = await page.request.post(`${server.url}/api/generations`, {
    data: { model: "demo", input: { prompt, steps: 1, size: 256 } },
  });
  assert.equal(response.status(), 202);
}
