import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { studioOf } from "./studio.ts";
import { visitorOf } from "./visitor.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  // A step takes ten seconds, so that no generation leaves the queue during a test.
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 10_000 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const screens = [
  { name: "laptop", viewport: { width: 1280, height: 800 }, cards: 3 },
  { name: "small laptop", viewport: { width: 1024, height: 640 }, cards: 3 },
  { name: "wide screen", viewport: { width: 1920, height: 1080 }, cards: 3 },
  { name: "tablet", viewport: { width: 820, height: 1180 }, cards: 1 },
  { name: "phone", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, cards: 1 },
  { name: "small phone", viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true, cards: 1 },
];

for (const { name, cards, ...options } of screens) {
  test(`on a ${name} no card covers a control of the queue or of the form`, async (t) => {
    const context = await newContext(t, { browser, ...options });
    const visitor = visitorOf(context, server.url);
    await context.request.get(server.url);
    // All end before the page opens, so that their notices are claimed together.
    const ended = await Promise.all([1, 2, 3].map((number) => visitor.submit({ prompt: `Ended ${number}` })));
    for (const id of ended) await visitor.cancel(id);
    await visitor.waitForEnds(ended);
    for (const number of [1, 2, 3, 4, 5]) await visitor.submit({ prompt: `In the queue, ${number}` });
    // The timer of a card pauses while the window is blurred.
    await context.addInitScript(() => {
      const pause = (): boolean => window.dispatchEvent(new Event("blur"));
      new MutationObserver(pause).observe(document, { childList: true, subtree: true });
    });
    const { page } = await openPage(context, server.url);
    await page
      .locator(".toast")
      .nth(cards - 1)
      .waitFor();
    await studioOf(page).submitButton.waitFor();
    await page.locator(".queue li").nth(4).waitFor();
    // A fallback font has other line heights.
    await page.evaluate(() => document.fonts.ready.then(() => {}));
    assert.deepEqual(await coveredControls(page), []);
    assert.equal(await page.locator(".toast").count(), cards);
    await page.getByRole("button", { name: "Cancel: In the queue, 1" }).click();
    await page.getByRole("region", { name: "Queue · 4" }).waitFor();
  });
}

/**
 * Scrolls each control of the queue and of the form through the viewport. The controls of the tray are checked at the top
 * of the page only.
 *
 * @returns the controls that a card covers at any scroll position.
 */
function coveredControls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    document.documentElement.style.scrollBehavior = "auto";
    const controls = [
      ...document.querySelectorAll<HTMLElement>(".queue button, .composer :is(button, textarea, select, summary)"),
    ];
    const tray = document.querySelectorAll<HTMLElement>(".tray-status button");
    const header = document.querySelector("header")?.getBoundingClientRect().bottom ?? 0;
    const covered = new Set<string>();
    const top = document.documentElement.scrollHeight;
    for (let scroll = 0; scroll <= top; scroll += 40) {
      window.scrollTo(0, scroll);
      for (const control of scroll === 0 ? [...controls, ...tray] : controls) {
        const { left, top, width, height } = control.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        // A control under the header or outside the viewport cannot be clicked.
        if (y <= header || y >= innerHeight) continue;
        if (document.elementFromPoint(x, y)?.closest(".toast") !== null)
          covered.add(control.ariaLabel ?? control.outerHTML.slice(0, 80));
      }
    }
    window.scrollTo(0, 0);
    return [...covered];
  });
}
