import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { recordCards } from "./shown-cards.ts";
import { visitorOf } from "./visitor.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 200, grant: 400 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("search by words and dates also finds generations on pages that are not loaded yet", async (t) => {
  const context = await newContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  const { page } = await openPage(context, `${server.url}/about`);
  await visitor.submit({ prompt: "An old lighthouse in the fog" });
  const ids: string[] = [];
  for (let index = 0; index < 24; index += 1) ids.push(await visitor.submit({ prompt: `A fox number ${index}` }));
  await visitor.waitForEnds(ids);
  await page.goto(`${server.url}/history`);
  const frames = page.getByRole("main").getByRole("listitem");
  await frames.filter({ hasText: "A fox number 23" }).waitFor();
  const search = page.getByRole("searchbox", { name: "Search prompts" });
  await search.fill("FOG light");
  await frames.filter({ hasText: "An old lighthouse in the fog" }).waitFor();
  assert.equal(await frames.count(), 1);
  // The URL contains the search.
  await page.reload();
  await frames.filter({ hasText: "An old lighthouse in the fog" }).waitFor();
  assert.equal(await search.inputValue(), "FOG light");

  const today = await page.evaluate(() => new Date().toLocaleDateString("sv"));
  const tomorrow = await page.evaluate(() => new Date(Date.now() + 86_400_000).toLocaleDateString("sv"));
  await page.getByLabel("From").fill(today);
  await frames.filter({ hasText: "An old lighthouse in the fog" }).waitFor();
  await page.getByLabel("From").fill(tomorrow);
  await page.getByRole("heading", { name: "No pictures match" }).waitFor();
});

test("deletes the selected generations after a confirmation, and keeps the others", async (t) => {
  const context = await newContext(t, { browser });
  const visitor = visitorOf(context, server.url);
  const { page } = await openPage(context, `${server.url}/about`);
  const ids: string[] = [];
  for (const prompt of ["One pier", "Two piers", "Three piers", "Four piers"]) {
    ids.push(await visitor.submit({ prompt }));
  }
  await visitor.waitForEnds(ids);
  await visitor.submit({ prompt: "A slow pier", steps: 30 });
  await page.goto(`${server.url}/history`);
  await page.getByRole("button", { name: "Select", exact: true }).click();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Done");
  assert.equal(await page.getByRole("checkbox", { name: /^A slow pier/ }).isDisabled(), true);
  await page.getByRole("checkbox", { name: /^Two piers/ }).check();
  await page.getByRole("main").getByRole("status").getByText("1 selected").waitFor();
  await page.getByRole("button", { name: /^Select all/ }).click();
  await page.getByRole("checkbox", { name: /^One pier/ }).uncheck();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("main").getByText("Delete 3 pictures for good?").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Keep them");
  // A failed deletion keeps its generation selected.
  await context.route(`**/${ids[2]}`, (route) => route.fulfill({ status: 500, body: "broken" }));
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.getByRole("main").getByText("1 picture could not be deleted. Try again.").waitFor();
  await context.unroute(`**/${ids[2]}`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.getByRole("main").getByRole("status").getByText("1 picture deleted.").waitFor();
  const frames = page.getByRole("main").getByRole("listitem");
  await frames.filter({ hasText: "Three piers" }).waitFor({ state: "detached" });
  assert.equal(await frames.count(), 2);
  await frames.filter({ hasText: "One pier" }).getByRole("link").waitFor();
});

test("the second person of a team sees the changes of the first as they happen, without notices", async (t) => {
  const first = await newContext(t, { browser });
  const firstCards = await recordCards(first);
  const visitor = visitorOf(first, server.url);
  const { page } = await openPage(first, `${server.url}/credits`);
  const second = await newContext(t, { browser, storageState: await first.storageState() });
  const secondCards = await recordCards(second);
  const { page: other, problems } = await openPage(second, `${server.url}/credits`);
  await other.getByText("For developers").click();
  await other.getByRole("button", { name: "Become the second person" }).click();
  await other.getByRole("main", { name: "History" }).waitFor();
  await other.getByRole("heading", { name: "No pictures yet" }).waitFor();

  const id = await visitor.submit({ prompt: "A shared harbor", steps: 4 });
  const frame = other.getByRole("main").getByRole("listitem").filter({ hasText: "A shared harbor" });
  await frame.getByText("Theirs").waitFor();
  await visitor.waitForEnds([id]);
  await page.locator(`[data-generations~="${id}"]`).waitFor();
  await frame.locator('[data-status="completed"]').click();
  const dialog = other.getByRole("dialog", { name: "A shared harbor" });
  await dialog.getByText("The other person of your team asked for this one.").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Delete" }).count(), 0);
  await dialog.getByRole("button", { name: "Close" }).click();
  await other.getByRole("button", { name: "Mine" }).click();
  await other.getByRole("heading", { name: "No pictures yet" }).waitFor();
  await other.getByRole("button", { name: "My team’s" }).click();
  await frame.waitFor();

  await visitor.delete(id);
  await frame.waitFor({ state: "detached" });
  assert.deepEqual(
    firstCards.map((card) => card.id),
    [id],
  );
  assert.deepEqual([secondCards.length, problems], [0, []]);
});
