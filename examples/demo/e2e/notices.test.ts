import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright";
import { launchBrowser, newContext as newReducedMotionContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { naturalWidth, navigateTo, studioOf } from "./studio.ts";
import { recordCards, type ShownCard, submitGeneration, waitForEnds } from "./visitor-requests.ts";

/** Longer than it takes a page to claim and show what has ended, in milliseconds. */
const quietMs = 1_500;

/** What goes away moves first, and is not gone before: here it does as for most users. */
const newContext: typeof newReducedMotionContext = (test, browser, options) =>
  newReducedMotionContext(test, browser, { reducedMotion: "no-preference", ...options });

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 50 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("two tabs and a second device tell of one end once, and not again after a reload", async (t) => {
  const desk = await newContext(t, browser);
  const deskTold = await recordCards(desk);
  const { page: first } = await openPage(desk, `${server.url}/about`);
  const { page: second } = await openPage(desk, `${server.url}/credits`);
  const pocket = await newContext(t, browser, { storageState: await desk.storageState() });
  const pocketTold = await recordCards(pocket);
  const { page: third } = await openPage(pocket, `${server.url}/about`);

  const id = await submitGeneration(desk, server.url, { prompt: "A pier at night", steps: 8 });
  const all = () => [...deskTold, ...pocketTold];
  await until(() => all().length > 0);
  await pause(quietMs);
  assert.deepEqual(idsOf(all()), [id]);
  // It was told, and is shown as finished until somebody looks.
  for (const page of [first, second, third]) {
    await studioOf(page).indicator.filter({ hasText: "Finished" }).waitFor();
    await page.reload();
    await studioOf(page).indicator.filter({ hasText: "Finished" }).waitFor();
  }
  await pause(quietMs);
  assert.equal(all().length, 1);
});

test("what ended while no page was open is told once on return, with its picture, and leads to it", async (t) => {
  const context = await newContext(t, browser);
  const told = await recordCards(context);
  const { page: before } = await openPage(context, `${server.url}/about`);
  const id = await submitGeneration(context, server.url, { prompt: "An island far out", steps: 8 });
  await before.close();
  await waitForEnds(context, server.url, [id]);

  const { page, problems } = await openPage(context, `${server.url}/about`);
  const card = cardsOf(page);
  await card.filter({ hasText: "Your picture is ready" }).waitFor();
  await card.getByText("An island far out").waitFor();
  // It stays while it is hovered, however long the second return takes.
  await card.hover();
  assert.ok((await naturalWidth(card.locator("img"))) > 0);
  // A second return, after the first one has told.
  const { page: another } = await openPage(context, `${server.url}/about`);
  await studioOf(another).indicator.filter({ hasText: "Finished" }).waitFor();
  await pause(quietMs);
  assert.equal(told.length, 1);

  await card.getByRole("link", { name: "View: An island far out" }).click();
  await page.getByRole("dialog", { name: "An island far out" }).waitFor();
  await card.waitFor({ state: "detached" });
  await studioOf(another).indicator.waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

test("what failed or was canceled is told with the credits that came back", async (t) => {
  const context = await newContext(t, browser);
  const { page } = await openPage(context, `${server.url}/about`);
  await submitGeneration(context, server.url, { prompt: "A forbidden garden fail:policy" });
  const failed = cardsOf(page).filter({ hasText: "Failed: refused by the safety filter" });
  await failed.getByText("4 credits refunded.").waitFor();

  const id = await submitGeneration(context, server.url, { prompt: "A long road slow", steps: 30 });
  const canceled = await context.request.post(`${server.url}/api/generations/${id}/cancel`, { data: {} });
  assert.ok(canceled.ok());
  await cardsOf(page).filter({ hasText: "Canceled" }).getByText("4 credits refunded.").waitFor();
});

test("what the page shows as it ends is told by no card", async (t) => {
  const context = await newContext(t, browser);
  const told = await recordCards(context);
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("A harbor at noon");
  await naturalWidth(studioOf(page).picture("A harbor at noon"));
  await navigateTo(page, "History");
  await submitGeneration(context, server.url, { prompt: "A mill in the wind", steps: 4 });
  await page.getByRole("link", { name: /^A mill in the wind just now/ }).waitFor();
  await pause(quietMs);
  assert.deepEqual(idsOf(told), []);

  // What a filter leaves out is not shown.
  await page.getByRole("button", { name: "Failed", exact: true }).click();
  await submitGeneration(context, server.url, { prompt: "A swan on the ice" });
  const card = cardsOf(page);
  await card.getByText("A swan on the ice").waitFor();
  // Who goes to see it by another way needs no card any more, long before it would go by itself.
  await studioOf(page).indicator.click();
  await card.waitFor({ state: "detached", timeout: 4_000 });
});

test("of two that ended while nobody looked, the Studio shows the newer one and tells of the other", async (t) => {
  const context = await newContext(t, browser);
  const told = await recordCards(context);
  await context.request.get(server.url);
  const older = await submitGeneration(context, server.url, { prompt: "A first guest" });
  await waitForEnds(context, server.url, [older]);
  const newer = await submitGeneration(context, server.url, { prompt: "A second guest" });
  await waitForEnds(context, server.url, [newer]);
  // The server hears late of what is seen, and gives both to the page to tell.
  await context.route("**/api/generations/seen", async (route) => {
    await pause(quietMs);
    await route.continue();
  });
  const { page } = await openPage(context, server.url);
  await naturalWidth(studioOf(page).picture("A second guest"));
  await cardsOf(page).getByText("A first guest").waitFor();
  await pause(quietMs);
  assert.deepEqual(idsOf(told), [older]);
});

test("when one card takes the place of several, who was in one of them by the keyboard is not lost", async (t) => {
  const context = await newContext(t, browser);
  const { page } = await openPage(context, `${server.url}/about`);
  for (const place of [1, 2, 3]) await submitGeneration(context, server.url, { prompt: `Guest ${place} fail:policy` });
  await cardsOf(page).nth(2).waitFor();
  await page.keyboard.press("F8");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.match((await page.evaluate(() => document.activeElement?.ariaLabel)) ?? "", /^View: Guest/);
  await submitGeneration(context, server.url, { prompt: "Guest 4 fail:policy" });
  await cardsOf(page).getByText("4 pictures ended").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "messages");
});

test("behind a window nothing is told until it is closed", async (t) => {
  const context = await newContext(t, browser);
  const told = await recordCards(context);
  const { page } = await openPage(context, `${server.url}/about`);
  await page.getByRole("button", { name: "Continue on your phone" }).click();
  await page.getByRole("img", { name: "QR code of the link" }).waitFor();
  await submitGeneration(context, server.url, { prompt: "A kite" });
  await studioOf(page).indicator.filter({ hasText: "Finished" }).waitFor();
  await pause(quietMs);
  assert.deepEqual(idsOf(told), []);
  await page.keyboard.press("Escape");
  await cardsOf(page).getByText("A kite").waitFor();
});

test("a card takes no focus, is read out politely, and goes away by Escape and by its button", async (t) => {
  const context = await newContext(t, browser);
  const { page } = await openPage(context, `${server.url}/about`);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Credits" }).focus();
  const readOut = page.locator("[role=status][aria-live=polite]").getByText(/Your picture is ready\. A bell tower\. /);
  const [id] = await Promise.all([
    submitGeneration(context, server.url, { prompt: "A bell tower" }),
    readOut.waitFor({ state: "attached" }),
  ]);
  const card = cardsOf(page);
  await card.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Credits");
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Credits");

  await submitGeneration(context, server.url, { prompt: "A second bell" });
  await card.getByRole("button", { name: "Close this message" }).click();
  await card.waitFor({ state: "detached" });
  // To close is not to see.
  const { unseen } = await (await context.request.get(`${server.url}/api/generations/active`)).json();
  assert.ok(unseen.some((generation: { id: string }) => generation.id === id));
});

test("a card stays while it is hovered, and goes by itself after that", async (t) => {
  const context = await newContext(t, browser, { reducedMotion: "reduce" });
  await context.clock.install();
  const { page } = await openPage(context, `${server.url}/about`);
  await submitGeneration(context, server.url, { prompt: "A slow reader" });
  const card = cardsOf(page);
  await card.waitFor();
  await card.hover();
  await page.clock.fastForward(11_000);
  assert.equal(await card.count(), 1);
  await page.mouse.move(10, 300);
  await page.clock.fastForward(8_900);
  await card.waitFor({ state: "detached" });
});

test("twenty that ended at once are one card, which leaves the page free on a desk and on a narrow phone", async (t) => {
  const context = await newContext(t, browser);
  await openPage(context, `${server.url}/about`).then(({ page }) => page.close());
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    const ids: string[] = [];
    // As many as the credits allow: what fails gives them back.
    for (let place = 0; place < 20; place += 1) {
      ids.push(
        await submitGeneration(context, server.url, { prompt: `${place}${place % 7 === 0 ? "" : " fail:policy"}` }),
      );
    }
    await waitForEnds(context, server.url, ids);
    const { page } = await openPage(context, "about:blank");
    await page.setViewportSize(viewport);
    await page.goto(`${server.url}/about`);
    const card = cardsOf(page);
    await card.getByText("20 pictures ended").waitFor();
    await card.getByText("3 ready, 17 failed.").waitFor();
    await card.getByText("68 credits refunded.").waitFor();
    assert.equal(await card.count(), 1);
    await assertSmall(page, card, viewport);
    await card.getByRole("link", { name: "View them in the history" }).click();
    await page.getByRole("main", { name: "History" }).waitFor();
    await studioOf(page).indicator.waitFor({ state: "detached" });
    await page.close();
  }
});

function idsOf(told: readonly ShownCard[]): readonly string[] {
  return told.map(({ id }) => id);
}

function cardsOf(page: Page): Locator {
  return page.locator(".toast");
}

async function assertSmall(page: Page, card: Locator, screen: { readonly width: number; readonly height: number }) {
  const box = (await card.boundingBox()) ?? assert.fail("the card is nowhere");
  assert.ok(box.x >= 0 && box.x + box.width <= screen.width, `the card is at ${JSON.stringify(box)}`);
  assert.ok(box.height <= 100, `the card is ${box.height} px high`);
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(content <= screen.width, `the page is ${content} px wide`);
}

/** Looks again until it holds, for 20 seconds at most. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await pause(50)) {
    if (Date.now() > end) assert.fail(`${holds} did not come true`);
  }
}
