import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, naturalWidth, navigateTo, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 300 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("after a crash and a restart, the server completes an acknowledged generation, and the page catches up", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("A valley after the storm");
  await studio.status.getByText(/^about .* left$/).waitFor();
  await server.kill();
  await page.locator(".banner").getByText("The server cannot be reached.").waitFor();
  // Without a connection, the page shows no estimate.
  assert.equal(await studio.status.getByText(/^about .* left$/).count(), 0);
  await server.start();
  assert.equal(await naturalWidth(studio.image("A valley after the storm")), 256);
  await page.locator(".banner").getByText("The server cannot be reached.").waitFor({ state: "hidden" });
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
});

test("messages about an outage disappear when the server is back", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, `${server.url}/about`);
  await studioOf(page).indicator.waitFor({ state: "detached" });
  await server.kill();
  await page.locator(".banner").getByText("This page catches up by itself when it is back.").waitFor();
  await navigateTo(page, "History");
  await page.getByRole("main").getByText("The history cannot be shown right now").waitFor();
  await navigateTo(page, "Studio");
  await studioOf(page).submit("A ferry in the dark");
  const problem = page.getByRole("main").getByRole("alert");
  await problem.getByText("The server cannot be reached.").waitFor();
  await server.start();
  await problem.getByText("The server cannot be reached.").waitFor({ state: "detached" });
  await page
    .locator(".banner")
    .getByText("This page catches up by itself when it is back.")
    .waitFor({ state: "hidden" });
  await problem.getByText("Send it again. If it did arrive, you are not charged twice.").waitFor();
  await navigateTo(page, "History");
  await page.getByRole("heading", { name: "No pictures yet" }).waitFor();
  await navigateTo(page, "Studio");
  await studioOf(page).submit("A ferry in the dark");
  await naturalWidth(studioOf(page).image("A ferry in the dark"));
  assert.equal(await problem.getByText("Send it again.").count(), 0);
});

test("SIGTERM shuts the server down cleanly, and the generation continues after a restart", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("Reeds in the wind");
  await studio.status.getByText("Developing", { exact: true }).waitFor();
  assert.deepEqual(await server.stop(), [0]);
  await server.start();
  assert.equal(await naturalWidth(studio.image("Reeds in the wind")), 256);
});

test("the page shows that its device is offline, and catches up when it is online", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("Snow on the pass");
  await studio.progress.waitFor();
  await context.setOffline(true);
  const banner = page.locator(".banner").getByText("You are offline.");
  await banner.waitFor();
  await context.setOffline(false);
  await banner.waitFor({ state: "hidden" });
  await naturalWidth(studio.image("Snow on the pass"));
});
