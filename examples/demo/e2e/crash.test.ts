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

test("a server that dies in the middle completes what it had acknowledged, and the page catches up", async (t) => {
  const context = await newContext(t, browser);
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("A valley after the storm");
  await studio.status.getByText(/^about .* left$/).waitFor();
  await server.kill();
  await page.locator(".banner").getByText("The server cannot be reached.").waitFor();
  // How long it takes is not known while nobody can be asked.
  assert.equal(await studio.status.getByText(/^about .* left$/).count(), 0);
  await server.start();
  assert.equal(await naturalWidth(studio.picture("A valley after the storm")), 512);
  await page.locator(".banner").getByText("The server cannot be reached.").waitFor({ state: "hidden" });
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
});

test("what was said of an outage is not said any more when the server is back", async (t) => {
  const context = await newContext(t, browser);
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
  await naturalWidth(studioOf(page).picture("A ferry in the dark"));
  assert.equal(await problem.getByText("Send it again.").count(), 0);
});

test("a server that is asked to end does so by itself, and goes on where it was", async (t) => {
  const context = await newContext(t, browser);
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("Reeds in the wind");
  await studio.status.getByText("Developing", { exact: true }).waitFor();
  assert.deepEqual(await server.stop(), [0]);
  await server.start();
  assert.equal(await naturalWidth(studio.picture("Reeds in the wind")), 512);
});

test("a device that loses its network says so and catches up", async (t) => {
  const context = await newContext(t, browser);
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit("Snow on the pass");
  await studio.progress.waitFor();
  await context.setOffline(true);
  const banner = page.locator(".banner").getByText("You are offline.");
  await banner.waitFor();
  await context.setOffline(false);
  await banner.waitFor({ state: "hidden" });
  await naturalWidth(studio.picture("Snow on the pass"));
});
