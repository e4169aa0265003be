import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, naturalWidth, navigateTo, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 1_500 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("a generation stays visible across pages, a reload and a second browser, and completes once", async (t) => {
  const prompt = "A lighthouse in the fog";
  const context = await newContext(t, { browser, viewport: { width: 1280, height: 800 } });
  const { page, problems } = await openPage(context, server.url);
  const studio = studioOf(page);
  await page.getByRole("link", { name: "100 credits left" }).waitFor();
  await studio.submit(prompt);
  await studio.progress.waitFor();

  await navigateTo(page, "About");
  await studio.indicator.filter({ hasText: /Developing/ }).waitFor();
  await page.waitForFunction(() => /^\d+% · About · Safelight$/.test(document.title));

  await page.reload();
  await page.getByRole("heading", { name: "How a safelight works" }).waitFor();
  await studio.indicator.filter({ hasText: /Developing/ }).waitFor();

  const elsewhere = await newContext(t, { browser, storageState: await context.storageState() });
  const { page: secondPage, problems: secondProblems } = await openPage(elsewhere, server.url);
  const second = studioOf(secondPage);
  await second.progress.waitFor();
  await second.status.filter({ hasText: prompt }).waitFor();

  // One of the two browsers shows the notice, whichever submitted the generation.
  await navigateTo(secondPage, "About");
  const viewIn = (tab: Page) => tab.getByRole("link", { name: `View: ${prompt}` });
  await Promise.any([page, secondPage].map((tab) => viewIn(tab).waitFor()));
  const notified = (await viewIn(page).count()) > 0 ? page : secondPage;
  await viewIn(notified).click();
  await naturalWidth(notified.getByRole("dialog", { name: prompt }).getByRole("img", { name: prompt }));
  await notified.keyboard.press("Escape");

  await navigateTo(page, "History");
  const frame = page.getByRole("main").getByRole("link", { name: new RegExp(`^${prompt}`) });
  await frame.waitFor();
  assert.equal(await frame.count(), 1);
  assert.ok((await naturalWidth(frame.locator("img"))) >= 256);
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
  await balanceOf(secondPage).filter({ hasText: "96" }).waitFor();

  await navigateTo(page, "Studio");
  assert.equal(await naturalWidth(studio.image(prompt)), 256);
  assert.equal(await studio.indicator.count(), 0);
  await page.waitForFunction(() => document.title === "Safelight");
  assert.deepEqual([...problems, ...secondProblems], []);
});

test("the header shows a generation as finished until a page shows it", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, `${server.url}/about`);
  const studio = studioOf(page);
  const response = await page.request.post(`${server.url}/api/generations`, {
    data: { model: "demo", input: { prompt: "Poppies", steps: 1 } },
  });
  assert.equal(response.status(), 202);
  await studio.indicator.filter({ hasText: "Finished" }).click();
  await naturalWidth(studio.image("Poppies"));
  await studio.indicator.waitFor({ state: "detached" });
  await page.reload();
  await naturalWidth(studio.image("Poppies"));
  assert.equal(await studio.indicator.count(), 0);
  await page.getByRole("button", { name: "Clear the tray" }).click();
  await page.reload();
  await page.getByRole("main").getByText("The tray is empty.").waitFor();
});

test("an unknown path shows a not-found page with a link to the Studio", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), `${server.url}/nowhere`);
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  await page.getByRole("link", { name: "To the Studio", exact: true }).click();
  await page.getByRole("main", { name: "Studio" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
});

test("a new visitor does not see the generations of another", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, `${server.url}/history`);
  await page.getByRole("heading", { name: "No pictures yet" }).waitFor();
  await balanceOf(page).filter({ hasText: "100" }).waitFor();
});
