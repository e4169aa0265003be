import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext as newReducedMotionContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { naturalWidth, navigateTo, studioOf } from "./studio.ts";

/** What goes away moves first, and is not gone before: here it does as for most users. */
const newContext: typeof newReducedMotionContext = (test, browser, options) =>
  newReducedMotionContext(test, browser, { reducedMotion: "no-preference", ...options });

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 20 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("details open over the Studio, have an address, and close by going back", async (t) => {
  const { page } = await openPage(await newContext(t, browser), server.url);
  const studio = studioOf(page);
  const prompt = "A harbor at noon";
  await navigateTo(page, "About");
  await navigateTo(page, "Studio");
  await studio.submit(prompt);
  await naturalWidth(studio.picture(prompt));
  const details = studio.status.getByRole("link", { name: "Details" });
  const window = page.getByRole("dialog", { name: prompt });
  await details.click();
  await naturalWidth(window.getByRole("img", { name: prompt }));
  // The Studio is still behind it.
  assert.match(page.url(), /\/\?picture=gen_/);
  assert.equal(await page.getByRole("main", { name: "Studio" }).count(), 1);
  await page.goBack();
  await window.waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).search, "");

  await details.click();
  await window.waitFor();
  await page.keyboard.press("Escape");
  await window.waitFor({ state: "detached" });
  assert.equal(await details.evaluate((link) => link === document.activeElement), true);
  assert.equal(new URL(page.url()).search, "");
  // Closing leaves no entry behind: going back from here leads to the page before.
  await page.goBack();
  await page.getByRole("main", { name: "About" }).waitFor();
  await page.goForward();

  await details.click();
  await window.waitFor();
  await page.reload();
  await window.waitFor();
  // The window is closed, and the prompt has the focus.
  await window.getByRole("button", { name: "Edit prompt" }).click();
  await window.waitFor({ state: "detached" });
  assert.equal(await studio.prompt.evaluate((field) => field === document.activeElement), true);
  assert.equal(await studio.prompt.inputValue(), prompt);
});

test("on a phone the details open at their top, with the way out in sight to their end", async (t) => {
  const context = await newContext(t, browser, {
    viewport: { width: 320, height: 568 },
    isMobile: true,
    hasTouch: true,
  });
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("A chapel by the lake");
  await naturalWidth(studioOf(page).picture("A chapel by the lake"));
  await studioOf(page).status.getByRole("link", { name: "Details" }).tap();
  const window = page.getByRole("dialog");
  await naturalWidth(window.getByRole("img", { name: "A chapel by the lake" }));
  assert.equal(await window.evaluate((dialog) => dialog.scrollTop), 0);
  assert.equal(await window.evaluate((dialog) => dialog === document.activeElement), true);
  await window.getByText("Asked for").scrollIntoViewIfNeeded();
  const close = await window.getByRole("button", { name: "Close" }).boundingBox();
  assert.ok(close !== null && close.y >= 0 && close.y < 60, JSON.stringify(close));
  await window.getByRole("button", { name: "Close" }).tap();
  await window.waitFor({ state: "detached" });
});
