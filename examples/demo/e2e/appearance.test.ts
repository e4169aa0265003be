import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright";
import { violationsOf } from "./axe.ts";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { navigateTo, studioOf } from "./studio.ts";
import { visitorOf } from "./visitor.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 500 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

// The themes differ in colors only.
for (const [colorScheme, rules] of [
  ["dark", null],
  ["light", ["color-contrast"]],
] as const) {
  test(`axe finds no violation on any page in the ${colorScheme} theme`, async (t) => {
    const context = await newContext(t, { browser, colorScheme });
    const visitor = visitorOf(context, server.url);
    const { page } = await openPage(context, server.url);
    const check = async (view: string) => assert.deepEqual(await violationsOf(page, rules), [], view);
    await page.getByRole("main").getByText("The tray is empty.").waitFor();
    await page.getByRole("main").getByText("For developers").click();
    await page.getByRole("main").getByText("Options").click();
    await check("empty Studio");
    const failed = await visitor.submit({ prompt: "A forbidden garden fail:policy" });
    const completed = await visitor.submit({ prompt: "A mill" });
    await visitor.waitForEnds([failed, completed]);
    for (const prompt of ["A slow pier", "A slow harbor"]) await visitor.submit({ prompt, steps: 30 });
    await page.getByRole("region", { name: "Queue · 2" }).waitFor();
    await check("Studio with a queue");
    for (const name of ["Credits", "About", "History"] as const) {
      await navigateTo(page, name);
      await page.getByRole("main", { name }).getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
      if (name === "History") await page.getByRole("link", { name: /^A forbidden garden/ }).waitFor();
      await check(name);
    }
    await page.getByRole("button", { name: "Select", exact: true }).click();
    await check("History with a selection");
    await page.getByRole("button", { name: "Done" }).click();
    for (const id of [failed, completed]) {
      await page.goto(`${server.url}/?picture=${id}`);
      await page.getByRole("dialog").getByRole("heading").waitFor();
      await check(`details of ${id}`);
    }
    await page.goto(server.url);
    await context.setOffline(true);
    await page.locator(".banner").getByText("You are offline.").waitFor();
    await check("offline");
  });
}

test("the theme follows the device until it is switched, then survives reloads and applies to other tabs", async (t) => {
  // With reduced motion, each color changes one frame later.
  const context = await newContext(t, { browser, colorScheme: "light", reducedMotion: "no-preference" });
  const { page, problems } = await openPage(context, server.url);
  const { page: other } = await openPage(context, `${server.url}/about`);
  const isLight = (tab: Page) =>
    tab.evaluate(() =>
      (getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g) ?? []).every(
        (part) => Number(part) > 200,
      ),
    );
  assert.deepEqual([await isLight(page), await isLight(other)], [true, true]);
  await page.getByRole("button", { name: "Use the dark theme" }).click();
  assert.equal(await isLight(page), false);
  await other.getByRole("button", { name: "Use the light theme" }).waitFor();
  assert.equal(await isLight(other), false);
  await page.reload({ waitUntil: "commit" });
  // Before the page's script runs.
  await page.locator("html[data-theme=dark]").waitFor({ state: "attached" });
  assert.equal(await isLight(page), false);
  assert.deepEqual(problems, []);
});

test("the offline banner does not shift the layout", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const button = studioOf(page).submitButton;
  await button.waitFor();
  const before = await button.boundingBox();
  await context.setOffline(true);
  await page.locator(".banner").getByText("You are offline.").waitFor();
  assert.deepEqual(await button.boundingBox(), before);
});

test("while an image develops on a phone, the header's indicator is never empty and the submit button is above the tab bar", async (t) => {
  for (const [width, height] of [
    [320, 568],
    [390, 844],
  ] as const) {
    const context = await newContext(t, { browser, viewport: { width, height }, isMobile: true, hasTouch: true });
    const { page } = await openPage(context, server.url);
    // The strip of recent images must not take space from the form.
    const visitor = visitorOf(context, server.url);
    await visitor.waitForEnds([await visitor.submit({ prompt: "A mill" })]);
    await page.getByRole("region", { name: "Recent" }).getByRole("listitem").first().waitFor();
    // Records the width from the first render on.
    await page.evaluate(() => {
      const widths: number[] = [];
      Object.assign(globalThis, { widths });
      new MutationObserver(() => {
        const words = document.querySelector(".developing-words");
        if (words !== null) widths.push(Math.round(words.getBoundingClientRect().width));
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const studio = studioOf(page);
    await studio.submit("A cabin by the lake under the northern lights slow");
    await studio.progress.waitFor();
    await studio.indicator.filter({ hasText: "%" }).waitFor();
    // The script above defines it.
    const widths = await page.evaluate(() => (globalThis as unknown as { widths: number[] }).widths);
    assert.ok(widths.length > 0 && widths.every((visible) => visible > 10), JSON.stringify(widths));
    const bar = await page.getByRole("navigation", { name: "Pages" }).filter({ visible: true }).boundingBox();
    const button = await studio.submitButton.boundingBox();
    assert.ok(bar !== null && button !== null && button.y + button.height <= bar.y, JSON.stringify({ bar, button }));
    const content = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(content <= width, `the page is ${content} px wide`);
    await page.getByRole("button", { name: "Cancel" }).click();
  }
});

test("on a wide screen, the queue and the recent images have their own column", async (t) => {
  const context = await newContext(t, { browser, viewport: { width: 1920, height: 1080 } });
  const { page } = await openPage(context, server.url);
  await visitorOf(context, server.url).submit({ prompt: "A mill" });
  const recent = page.getByRole("region", { name: "Recent" });
  await recent.getByRole("listitem").first().waitFor();
  const desk = await studioOf(page).prompt.boundingBox();
  const rail = await recent.boundingBox();
  assert.ok(desk !== null && rail !== null && rail.x >= desk.x + desk.width, JSON.stringify({ desk, rail }));
});
