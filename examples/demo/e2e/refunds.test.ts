import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, navigateTo, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 200 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("a rejected prompt is refunded, and every page shows the refund", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("Something forbidden fail:policy");
  await studio.status.getByText("Failed: refused by the safety filter.").filter({ visible: true }).first().waitFor();
  await studio.status.getByText("4 credits refunded").filter({ visible: true }).first().waitFor();
  // The tray does not repeat the prompt, since the form contains it.
  assert.equal(await studio.status.getByText("Something forbidden fail:policy").count(), 0);
  // The same prompt would be refused again, so the first action edits it.
  assert.equal(await studio.status.getByRole("button").first().textContent(), " Edit prompt");
  await studio.prompt.fill("Something else");
  assert.equal(await studio.status.getByRole("button", { name: "Try again" }).count(), 0);
  await studio.status.getByRole("button", { name: "Edit prompt" }).click();
  assert.equal(await studio.prompt.evaluate((field) => field === document.activeElement), true);
  assert.equal(await studio.prompt.inputValue(), "Something forbidden fail:policy");
  await balanceOf(page).filter({ hasText: "100" }).waitFor();
  // The Studio shows the outcome, so there is no notice.
  assert.equal(await page.locator(".toast").count(), 0);

  await navigateTo(page, "History");
  await page
    .getByRole("link", {
      name: /^Something forbidden fail:policy Failed: refused by the safety filter\. 4 credits refunded/,
    })
    .waitFor();

  await navigateTo(page, "Credits");
  const entries = page.getByRole("main").getByRole("listitem");
  const refund = entries.filter({ hasText: "Credits refunded" }).filter({ hasText: "+4" });
  await refund.getByText("Failed: refused by the safety filter.").waitFor();
  await entries.filter({ hasText: "Charged for a generation" }).filter({ hasText: "−4" }).waitFor();
  await entries.filter({ hasText: "Welcome credits" }).filter({ hasText: "+100" }).waitFor();

  await page.getByRole("link", { name: "Credits refunded: show the picture" }).click();
  const window = page.getByRole("dialog", { name: "Something forbidden fail:policy" });
  await window.getByRole("button", { name: "Edit prompt" }).waitFor();
  assert.equal(await window.getByRole("button", { name: "Try again" }).count(), 0);
});

test("after a failure the Studio has one primary button: edit a refused prompt, otherwise try again", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  const primary = page.getByRole("main").locator(".button-lamp");
  const isOnly = async (name: string) => {
    await primary.filter({ hasText: name }).waitFor();
    assert.equal(await primary.count(), 1, name);
  };
  await studio.submit("A hidden door fail:policy");
  await isOnly("Edit prompt");
  // A new prompt is the next step, so the form has the primary button.
  await studio.prompt.fill("An open door slow");
  await isOnly("Develop");
  await studio.submit("An open door slow");
  await studio.status.getByRole("button", { name: "Cancel" }).click();
  await isOnly("Try again");
});

test("a completed generation has one row in the ledger, and a top-up adds credits", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("A harbor at noon");
  await studioOf(page).image("A harbor at noon").waitFor();
  await navigateTo(page, "Credits");
  const rows = page.getByRole("main").getByRole("listitem").filter({ hasText: "A harbor at noon" });
  await rows.filter({ hasText: "−4" }).waitFor();
  assert.equal(await rows.count(), 1);
  await page.getByRole("button", { name: "Get more credits" }).click();
  await balanceOf(page).filter({ hasText: "196" }).waitFor();
});

test("a canceled generation is refunded, and can be tried again", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("A harbor at dusk slow");
  await studio.status.getByText(/^Developing$/).waitFor();
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
  const { page: otherTab } = await openPage(context, server.url);
  await otherTab.getByRole("button", { name: "Cancel" }).click();
  await studio.status.getByText("4 credits refunded.", { exact: true }).filter({ visible: true }).first().waitFor();
  await balanceOf(page).filter({ hasText: "100" }).waitFor();
  // Both tabs show the canceled generation, so neither shows a notice.
  for (const tab of [page, otherTab]) assert.equal(await tab.locator(".toast").count(), 0);

  await page.getByRole("button", { name: "Try again" }).click();
  await studio.progress.waitFor();
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
  await navigateTo(page, "Credits");
  await page.getByRole("main").getByText("The generation was canceled.").waitFor();
});

test("insufficient credits disable the submit, and a top-up that lost its response is granted once", async (t) => {
  const lowGrant = await startDemoServer({ grant: 4, stepMs: 60 });
  t.after(() => lowGrant[Symbol.asyncDispose]());
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, lowGrant.url);
  const studio = studioOf(page);
  await studio.submit("The last one");
  await balanceOf(page).filter({ hasText: /^0/ }).waitFor();
  await page.getByRole("main").getByText("Not enough credits: 4 more needed.").waitFor();
  await page.getByRole("button", { name: /^Get more credits.*4 needed$/ }).waitFor();
  assert.equal(await studio.submitButton.getAttribute("aria-disabled"), "true");

  // The first response is lost. The second request has the same key, so the credits are granted once.
  const keys: (string | undefined)[] = [];
  await context.route("**/top-up", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.getByRole("button", { name: "Get more credits" }).click();
  await page.locator(".toast").getByText("No credits were added").waitFor();
  // The stream may already have updated the balance, which removes the button in the Studio.
  await balanceOf(page).filter({ hasText: /^4/ }).waitFor();
  assert.equal(await studio.submitButton.getAttribute("aria-disabled"), "false");
  const again = await page.evaluate(async (key) => {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    return (await fetch("/api/visitor/top-up", { method: "POST", headers, body: "{}" })).json();
  }, keys[0] ?? "");
  assert.deepEqual(again, { balance: 4 });
});
