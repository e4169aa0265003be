import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newAnimatedContext as newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { naturalWidth, navigateTo, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 20 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("details open over the Studio at their own URL, and the back button closes them", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  const prompt = "A harbor at noon";
  await navigateTo(page, "About");
  await navigateTo(page, "Studio");
  await studio.submit(prompt);
  await naturalWidth(studio.image(prompt));
  const details = studio.status.getByRole("link", { name: "Details" });
  const dialog = page.getByRole("dialog", { name: prompt });
  await details.click();
  await naturalWidth(dialog.getByRole("img", { name: prompt }));
  // The Studio stays mounted behind the dialog.
  assert.match(page.url(), /\/\?picture=gen_/);
  assert.equal(await page.getByRole("main", { name: "Studio" }).count(), 1);
  await page.goBack();
  await dialog.waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).search, "");

  await details.click();
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await details.evaluate((link) => link === document.activeElement), true);
  assert.equal(new URL(page.url()).search, "");
  // The closed dialog leaves no history entry: back leads to the previous page.
  await page.goBack();
  await page.getByRole("main", { name: "About" }).waitFor();
  await page.goForward();

  await details.click();
  await dialog.waitFor();
  await page.reload();
  await dialog.waitFor();
  // The action closes the dialog and focuses the prompt.
  await dialog.getByRole("button", { name: "Edit prompt" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await studio.prompt.evaluate((field) => field === document.activeElement), true);
  assert.equal(await studio.prompt.inputValue(), prompt);
});

test("on a phone, details open at the top, and the close button stays visible while scrolling", async (t) => {
  const context = await newContext(t, {
    browser,
    viewport: { width: 320, height: 568 },
    isMobile: true,
    hasTouch: true,
  });
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("A chapel by the lake");
  await naturalWidth(studioOf(page).image("A chapel by the lake"));
  await studioOf(page).status.getByRole("link", { name: "Details" }).tap();
  const dialog = page.getByRole("dialog");
  await naturalWidth(dialog.getByRole("img", { name: "A chapel by the lake" }));
  assert.equal(await dialog.evaluate((element) => element.scrollTop), 0);
  assert.equal(await dialog.evaluate((element) => element === document.activeElement), true);
  await dialog.getByText("Asked for").scrollIntoViewIfNeeded();
  const close = await dialog.getByRole("button", { name: "Close" }).boundingBox();
  assert.ok(close !== null && close.y >= 0 && close.y < 60, JSON.stringify(close));
  await dialog.getByRole("button", { name: "Close" }).tap();
  await dialog.waitFor({ state: "detached" });
});
