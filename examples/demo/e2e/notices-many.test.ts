import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { reloadAfterNotices } from "./reload-after-notices.ts";
import { recordCards, type ShownCard, submitGeneration } from "./visitor-requests.ts";

const generations = 20;

/** The long form: tabs are reloaded more often, and amid their claims. */
const isRude = process.env.RELOAD_AMID_CLAIMS === "1";

/** What is claimed by a tab that goes away is told by another one after this, in milliseconds, and some time to do it. */
const maxNoticeWaitMs = 75_000;

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 100, grant: 1_000 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** Five tabs at a desk and two on another device, all of them in sight. */
async function openTabs(desk: BrowserContext, pocket: BrowserContext) {
  const pages: Page[] = [];
  for (const [context, count] of [
    [desk, 5],
    [pocket, 2],
  ] as const) {
    for (let place = 0; place < count; place += 1) {
      pages.push((await openPage(context, `${server.url}/${place % 2 === 0 ? "about" : "credits"}`)).page);
    }
  }
  return pages;
}

test(`${generations} that end over five tabs and two devices, with reloads in between, are told ${generations} times`, async (t) => {
  const desk = await newContext(t, browser);
  await desk.request.get(server.url);
  const pocket = await newContext(t, browser, { storageState: await desk.storageState() });
  const told = [await recordCards(desk), await recordCards(pocket)];
  const all = () => told.flat();
  const confirmed = confirmationsOf(desk, pocket);
  const pages = await openTabs(desk, pocket);

  const hasTold = (page: Page, id: string) => all().some((one) => one.page === page && one.id === id);
  // ShownCard, and the page was gone before the server heard of it: the one case in which another one tells it again.
  const cut = new Set<string>();
  const reloadAmid = async (page: Page): Promise<void> => {
    await page.reload();
    for (const { id } of all()) if (hasTold(page, id) && !confirmed.has(id)) cut.add(id);
  };
  const reload = isRude ? reloadAmid : await reloadAfterNotices([desk, pocket], { hasTold, confirmed });
  const ids: string[] = [];
  for (let place = 0; place < generations; place += 1) {
    const words = place % 4 === 3 ? " fail:policy" : "";
    ids.push(
      await submitGeneration(desk, server.url, { prompt: `Number ${place + 1}${words}`, steps: 1 + (place % 7) }),
    );
    const page = pages[(place * 3) % pages.length];
    if ((isRude || place % 2 === 1) && page !== undefined) await reload(page);
  }
  const isTold = () => new Set(all().map(({ id }) => id)).size === generations;
  for (const end = Date.now() + maxNoticeWaitMs; !isTold() && Date.now() < end; ) await pause(100);
  // Nothing more comes of a last reload of everything.
  for (const page of pages) await reload(page);
  await pause(2_000);

  t.diagnostic(`told by each page: ${pages.map((page) => countOf(all(), page)).join(", ")}; cut short: ${cut.size}`);
  const claim = await desk.request.post(`${server.url}/api/generations/notices/claim`, {
    data: { claim: crypto.randomUUID() },
  });
  assert.deepEqual((await claim.json()).generations, []);
  const heard = all().map(({ id }) => id);
  if (!isRude) return assert.deepEqual(heard.sort(), ids.toSorted());
  // A card of the last moment before a reload is told and confirmed, and the test may not hear of it: the server has.
  const unheard = ids.filter((id) => !heard.includes(id));
  t.diagnostic(`told in the last moment of a page: ${unheard.length}`);
  assert.ok(unheard.length <= generations / 4, `${unheard.length} were told to nobody who was there`);
  assert.deepEqual(
    repeatsIn(all()).filter((id) => !cut.has(id)),
    [],
  );
});

/** What the server has confirmed to have heard of, as it grows. */
function confirmationsOf(...contexts: readonly BrowserContext[]): ReadonlySet<string> {
  const confirmed = new Set<string>();
  for (const context of contexts) {
    context.on("requestfinished", (request) => {
      if (!request.url().endsWith("/notices/confirm")) return;
      for (const id of request.postDataJSON().ids) confirmed.add(id);
    });
  }
  return confirmed;
}

function countOf(told: readonly ShownCard[], page: Page): number {
  return told.filter((one) => one.page === page).length;
}

function repeatsIn(told: readonly ShownCard[]): readonly string[] {
  return told.map(({ id }) => id).filter((id, place, all) => all.indexOf(id) !== place);
}
