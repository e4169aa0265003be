import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, naturalWidth, navigateTo, studioOf } from "./studio.ts";

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** The default steps take ten seconds: each test acts before the image is completed. */
const stepMs = 1_200;

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("every page fits a narrow phone, and touch alone can submit and open an image", async (t) => {
  const context = await newContext(t, { browser, ...phone });
  const { page, problems } = await openPage(context, server.url);
  const studio = studioOf(page);
  await page.getByRole("main").getByText("The tray is empty.").waitFor();
  await assertFits(page);
  await page.getByRole("main").getByText("Options").tap();
  await assertFits(page);
  await studio.submit(
    "A harbor at dusk, with an-unbreakably-long-word-that-no-narrow-phone-could-ever-show-in-one-line",
  );
  await studio.progress.waitFor();
  await assertFits(page);
  for (const name of ["About", "Credits", "History"] as const) {
    await navigateTo(page, name);
    await assertFits(page);
  }
  await page.getByRole("link", { name: /^A harbor at dusk/ }).tap();
  await page.getByRole("dialog").waitFor();
  await assertFits(page);
  assert.deepEqual(problems, []);
});

test("the filters of the history fit in one row on a phone", async (t) => {
  const context = await newContext(t, { browser, ...phone });
  const { page } = await openPage(context, `${server.url}/history`);
  for (const width of [360, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const first = await page.getByRole("button", { name: "All", exact: true }).boundingBox();
    for (const name of ["All", "Developing", "Completed", "Failed", "Canceled"]) {
      const box = await page.getByRole("button", { name, exact: true }).boundingBox();
      assert.ok(box !== null && box.x >= 0 && box.x + box.width <= width, `${name} is at ${JSON.stringify(box)}`);
      assert.equal(box.y, first?.y, `${name} is in another row`);
    }
  }
});

test("while an image develops, the submit button is visible without scrolling", async (t) => {
  const context = await newContext(t, { browser, ...phone });
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("A cabin by the lake under the northern lights");
  for (const height of [740, 844]) {
    await page.setViewportSize({ width: 360, height });
    await studioOf(page).progress.waitFor();
    const bar = await page.getByRole("navigation", { name: "Pages" }).filter({ visible: true }).boundingBox();
    const button = await studioOf(page).submitButton.boundingBox();
    assert.ok(bar !== null && button !== null);
    assert.ok(
      button.y + button.height <= bar.y,
      `the button ends at ${button.y + button.height}, the tab bar starts at ${bar.y}`,
    );
  }
});

for (const reducedMotion of ["reduce", "no-preference"] as const) {
  test(`an image is scrolled into view on completion, without a change of focus (motion: ${reducedMotion})`, async (t) => {
    const { page } = await openPage(await newContext(t, { browser, ...phone, reducedMotion }), server.url);
    const studio = studioOf(page);
    const scrollToEnd = () =>
      page.evaluate(() => window.scrollTo({ top: document.body.scrollHeight, behavior: "instant" }));
    await studio.submit("A long jetty");
    await studio.progress.waitFor();
    await scrollToEnd();
    const focused = await page.evaluateHandle(() => document.activeElement);
    await naturalWidth(studio.image("A long jetty"));
    await page.waitForFunction(() => {
      const sheet = document.querySelector(".studio-tray .sheet")?.getBoundingClientRect();
      const header = document.querySelector("header")?.getBoundingClientRect();
      return sheet !== undefined && header !== undefined && sheet.top >= header.bottom && sheet.bottom <= innerHeight;
    });
    assert.equal(await focused.evaluate((element) => element === document.activeElement), true);
    const behavior = await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior);
    assert.equal(behavior, reducedMotion === "reduce" ? "auto" : "smooth");
  });
}

test("a completed image does not scroll the page away from the prompt while it has the focus", async (t) => {
  const { page } = await openPage(await newContext(t, { browser, ...phone }), server.url);
  const studio = studioOf(page);
  await studio.submit("A quiet bay");
  await studio.progress.waitFor();
  await studio.prompt.fill("The next one");
  await studio.prompt.evaluate((field) => field.scrollIntoView({ block: "start", behavior: "instant" }));
  await naturalWidth(studio.image("A quiet bay"));
  const box = await studio.prompt.boundingBox();
  assert.ok(box !== null && box.y >= 0 && box.y + box.height <= phone.viewport.height, JSON.stringify(box));
});

test("a word that is wider than the screen wraps in the prompt", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  await studioOf(page).prompt.fill(`https://example.com/${"x".repeat(1_000)}`);
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 740 });
    await assertFits(page);
  }
});

test("a focused control is scrolled above the tab bar", async (t) => {
  const context = await newContext(t, { browser, viewport: { width: 360, height: 740 } });
  const { page } = await openPage(context, server.url);
  await studioOf(page).prompt.focus();
  for (const name of ["A lighthouse in the fog, at dusk", "A cabin by the lake under the northern lights"]) {
    const button = page.getByRole("button", { name });
    const hasFocus = () => button.evaluate((element) => element === document.activeElement);
    for (let tabs = 0; tabs < 30 && !(await hasFocus()); tabs += 1) await page.keyboard.press("Tab");
    assert.ok(await hasFocus());
    const bar = await page.getByRole("navigation", { name: "Pages" }).filter({ visible: true }).boundingBox();
    const box = await button.boundingBox();
    assert.ok(bar !== null && box !== null);
    assert.ok(box.y + box.height <= bar.y, `${name} ends at ${box.y + box.height}, the tab bar starts at ${bar.y}`);
  }
});

test("a handover link moves the gallery and the credits to another device, once", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  await studioOf(page).submit("A chapel by the lake");
  await naturalWidth(studioOf(page).image("A chapel by the lake"));
  await page.getByRole("button", { name: "Continue on your phone" }).click();
  await page.getByRole("img", { name: "QR code of the link" }).waitFor();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  const isOnNetwork = new URL(link).hostname !== "localhost";
  assert.equal(
    await page.getByRole("dialog").getByText("The phone has to be on the same network.").isVisible(),
    isOnNetwork,
  );

  const { page: phonePage } = await openPage(await newContext(t, { browser, ...phone }), link);
  await balanceOf(phonePage).filter({ hasText: "100" }).waitFor();
  await phonePage.getByRole("button", { name: "Continue on this device" }).tap();
  await balanceOf(phonePage).filter({ hasText: "96" }).waitFor();
  await navigateTo(phonePage, "History");
  await phonePage.getByRole("link", { name: /^A chapel by the lake/ }).waitFor();

  const { page: thirdPage } = await openPage(await newContext(t, { browser }), link);
  await thirdPage.getByRole("button", { name: "Continue on this device" }).click();
  await thirdPage.getByRole("main").getByText("This link was used already, or it is too old.").waitFor();
});

async function assertFits(page: Page): Promise<void> {
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  assert.ok(content <= screen, `${page.url()} is ${content} px wide on a screen of ${screen} px`);
}
