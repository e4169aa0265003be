import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright";
import { launchBrowser, newAnimatedContext, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { recordCards, type ShownCard } from "./shown-cards.ts";
import { naturalWidth, navigateTo, studioOf } from "./studio.ts";
import { visitorOf } from "./visitor.ts";

/** Longer than a page needs to claim and show a notice, in milliseconds. */
const quietMs = 1_500;

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 50 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("shows a notice once over two tabs and a second device, and not again after a reload", async (t) => {
  const computer = await newContext(t, { browser });
  const computerCards = await recordCards(computer);
  const { page: first } = await openPage(computer, `${server.url}/about`);
  const { page: second } = await openPage(computer, `${server.url}/credits`);
  const phone = await newContext(t, { browser, storageState: await computer.storageState() });
  const phoneCards = await recordCards(phone);
  const { page: third } = await openPage(phone, `${server.url}/about`);

  const id = await visitorOf(computer, server.url).submit({ prompt: "A pier at night", steps: 8 });
  const all = () => [...computerCards, ...phoneCards];
  await until(() => all().length > 0);
  await pause(quietMs);
  assert.deepEqual(idsOf(all()), [id]);
  // The generation stays "Finished" in the header until a page shows it.
  for (const page of [first, second, third]) {
    await studioOf(page).indicator.filter({ hasText: "Finished" }).waitFor();
    await page.reload();
    await studioOf(page).indicator.filter({ hasText: "Finished" }).waitFor();
  }
  await pause(quietMs);
  assert.equal(all().length, 1);
});

test("shows a notice on return for a generation that ended while no page was open, with a link to it", async (t) => {
  const context = await newContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  const cards = await recordCards(context);
  const { page: before } = await openPage(context, `${server.url}/about`);
  const id = await visitor.submit({ prompt: "An island far out", steps: 8 });
  await before.close();
  await visitor.waitForEnds([id]);

  const { page, problems } = await openPage(context, `${server.url}/about`);
  const card = cardsOf(page);
  await card.filter({ hasText: "Your picture is ready" }).waitFor();
  await card.getByText("An island far out").waitFor();
  // A hovered card stays open, however slow the next steps are.
  await card.hover();
  assert.ok((await naturalWidth(card.locator("img"))) > 0);
  // A second page opens after the first one has shown the notice.
  const { page: another } = await openPage(context, `${server.url}/about`);
  await studioOf(another).indicator.filter({ hasText: "Finished" }).waitFor();
  await pause(quietMs);
  assert.equal(cards.length, 1);

  await card.getByRole("link", { name: "View: An island far out" }).click();
  await page.getByRole("dialog", { name: "An island far out" }).waitFor();
  await card.waitFor({ state: "detached" });
  await studioOf(another).indicator.waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

test("the notice of a failed or canceled generation states its refund", async (t) => {
  const context = await newContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  const { page } = await openPage(context, `${server.url}/about`);
  await visitor.submit({ prompt: "A forbidden garden fail:policy" });
  const failed = cardsOf(page).filter({ hasText: "Failed: refused by the safety filter" });
  await failed.getByText("4 credits refunded.").waitFor();

  const id = await visitor.submit({ prompt: "A long road slow", steps: 30 });
  await visitor.cancel(id);
  await cardsOf(page).filter({ hasText: "Canceled" }).getByText("4 credits refunded.").waitFor();
});

test("shows no notice for a generation that the page shows as it ends", async (t) => {
  const context = await newContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  const cards = await recordCards(context);
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("A harbor at noon");
  await naturalWidth(studioOf(page).image("A harbor at noon"));
  await navigateTo(page, "History");
  await visitor.submit({ prompt: "A mill in the wind", steps: 4 });
  await page.getByRole("link", { name: /^A mill in the wind just now/ }).waitFor();
  await pause(quietMs);
  assert.deepEqual(idsOf(cards), []);

  // The page does not show a generation that its filter excludes.
  await page.getByRole("button", { name: "Failed", exact: true }).click();
  await visitor.submit({ prompt: "A swan on the ice" });
  const card = cardsOf(page);
  await card.getByText("A swan on the ice").waitFor();
  // Opening the generation in another way closes its card. The pointer on a card suspends the card's own timeout.
  await card.hover();
  await studioOf(page).indicator.evaluate((link) => link instanceof HTMLElement && link.click());
  await card.waitFor({ state: "detached" });
});

test("on return, the Studio shows the newest ended generation in its tray and a notice for the older one", async (t) => {
  const context = await newContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  const cards = await recordCards(context);
  await context.request.get(server.url);
  const older = await visitor.submit({ prompt: "A first guest" });
  await visitor.waitForEnds([older]);
  const newer = await visitor.submit({ prompt: "A second guest" });
  await visitor.waitForEnds([newer]);
  // The delayed request lets the page claim the notices of both.
  await context.route("**/api/generations/seen", async (route) => {
    await pause(quietMs);
    await route.continue();
  });
  const { page } = await openPage(context, server.url);
  await naturalWidth(studioOf(page).image("A second guest"));
  await cardsOf(page).getByText("A first guest").waitFor();
  await pause(quietMs);
  assert.deepEqual(idsOf(cards), [older]);
});

test("keeps the keyboard focus in the cards when a summary card replaces them", async (t) => {
  const context = await newAnimatedContext(t, { browser });
  const { page } = await openPage(context, `${server.url}/about`);
  const visitor = visitorOf(context, server.url);
  for (const number of [1, 2, 3]) await visitor.submit({ prompt: `Guest ${number} fail:policy` });
  await cardsOf(page).nth(2).waitFor();
  await page.keyboard.press("F8");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.match((await page.evaluate(() => document.activeElement?.ariaLabel)) ?? "", /^View: Guest/);
  await visitor.submit({ prompt: "Guest 4 fail:policy" });
  await cardsOf(page).getByText("4 pictures ended").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "messages");
});

test("holds notices back while a dialog is open", async (t) => {
  const context = await newContext(t, { browser });
  const cards = await recordCards(context);
  const { page } = await openPage(context, `${server.url}/about`);
  await page.getByRole("button", { name: "Continue on your phone" }).click();
  await page.getByRole("img", { name: "QR code of the link" }).waitFor();
  await visitorOf(context, server.url).submit({ prompt: "A kite" });
  await studioOf(page).indicator.filter({ hasText: "Finished" }).waitFor();
  await pause(quietMs);
  assert.deepEqual(idsOf(cards), []);
  await page.keyboard.press("Escape");
  await cardsOf(page).getByText("A kite").waitFor();
});

test("a card takes no focus, is announced politely, and closes by Escape and by its button", async (t) => {
  const context = await newAnimatedContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  const { page } = await openPage(context, `${server.url}/about`);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Credits" }).focus();
  const announced = page
    .locator("[role=status][aria-live=polite]")
    .getByText(/Your picture is ready\. A bell tower\. /);
  const [id] = await Promise.all([
    visitor.submit({ prompt: "A bell tower" }),
    announced.waitFor({ state: "attached" }),
  ]);
  const card = cardsOf(page);
  await card.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Credits");
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Credits");

  await visitor.submit({ prompt: "A second bell" });
  await card.getByRole("button", { name: "Close this message" }).click();
  await card.waitFor({ state: "detached" });
  // A closed card does not mark its generation as seen.
  const { unseen } = await (await context.request.get(`${server.url}/api/generations/active`)).json();
  assert.ok(unseen.some((generation: { id: string }) => generation.id === id));
});

test("a card stays while it is hovered, and then closes after its timeout", async (t) => {
  const context = await newContext(t, { browser });
  await context.clock.install();
  const { page } = await openPage(context, `${server.url}/about`);
  await visitorOf(context, server.url).submit({ prompt: "A slow reader" });
  const card = cardsOf(page);
  await card.waitFor();
  await card.hover();
  await page.clock.fastForward(11_000);
  assert.equal(await card.count(), 1);
  await page.mouse.move(10, 300);
  await page.clock.fastForward(8_900);
  await card.waitFor({ state: "detached" });
});

test("twenty ended generations share one small card, on a computer and on a narrow phone", async (t) => {
  const context = await newContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  await openPage(context, `${server.url}/about`).then(({ page }) => page.close());
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    const ids: string[] = [];
    // The refunds of the failed ones keep the balance sufficient.
    for (let index = 0; index < 20; index += 1) {
      ids.push(await visitor.submit({ prompt: `${index}${index % 7 === 0 ? "" : " fail:policy"}` }));
    }
    await visitor.waitForEnds(ids);
    const { page } = await openPage(context, "about:blank");
    await page.setViewportSize(viewport);
    await page.goto(`${server.url}/about`);
    const card = cardsOf(page);
    await card.getByText("20 pictures ended").waitFor();
    await card.getByText("3 ready, 17 failed.").waitFor();
    await card.getByText("68 credits refunded.").waitFor();
    assert.equal(await card.count(), 1);
    await assertSmall(card, viewport);
    await card.getByRole("link", { name: "View them in the history" }).click();
    await page.getByRole("main", { name: "History" }).waitFor();
    await studioOf(page).indicator.waitFor({ state: "detached" });
    await page.close();
  }
});

function idsOf(cards: readonly ShownCard[]): readonly string[] {
  return cards.map(({ id }) => id);
}

function cardsOf(page: Page): Locator {
  return page.locator(".toast");
}

async function assertSmall(card: Locator, screen: { readonly width: number }) {
  const box = (await card.boundingBox()) ?? assert.fail("The card is not visible.");
  assert.ok(box.x >= 0 && box.x + box.width <= screen.width, `the card is at ${JSON.stringify(box)}`);
  assert.ok(box.height <= 100, `the card is ${box.height} px high`);
  const content = await card.page().evaluate(() => document.documentElement.scrollWidth);
  assert.ok(content <= screen.width, `the page is ${content} px wide`);
}

/** Polls a condition. Only a hang reaches the limit. */
async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 120_000; !condition(); await pause(50)) {
    if (Date.now() > end) assert.fail(`${condition} is still false`);
  }
}
