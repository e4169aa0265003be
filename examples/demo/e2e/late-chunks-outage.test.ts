import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Route } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { naturalWidth, navigateTo, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 50 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** The chunks with the live connection: one of the client, which has the path of the stream, and one of the hooks. */
const chunks = globSync(join(dirname(import.meta.dirname), "dist/assets/live-*.js"));
const isOfClient = (file: string): boolean => readFileSync(file, "utf8").includes("/events");

for (const { name, isLate, isHung } of [
  { name: "both chunks of the connection", isLate: () => true, isHung: false },
  { name: "the client's chunk of the connection", isLate: isOfClient, isHung: false },
  { name: "the hooks' chunk of the connection", isLate: (file: string) => !isOfClient(file), isHung: false },
  { name: "a request for the client's chunk that hangs", isLate: isOfClient, isHung: true },
]) {
  test(`a page shows that the server died before it loaded ${name}, and is live after a restart`, async (t) => {
    const context = await newContext(t, { browser });
    const late = new Set(chunks.filter(isLate).map((file) => basename(file)));
    const arrived = [
      "/api/generations/active",
      ...chunks.map((file) => basename(file)).filter((file) => !late.has(file)),
    ];
    const firstPaint = [
      ...arrived.map((end) => context.waitForEvent("requestfinished", (one) => one.url().endsWith(end))),
      ...[...late].map((file) => context.waitForEvent("request", (one) => one.url().endsWith(file))),
    ];
    const held: Route[] = [];
    let isDown = false;
    const isHeld = (url: URL): boolean => late.has(basename(url.pathname));
    await context.route(isHeld, (route) => (isDown ? route.continue() : void held.push(route)));
    const { page } = await openPage(context, `${server.url}/about`);
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await Promise.all(firstPaint);
    await server.kill();
    isDown = true;
    const release = () => Promise.all(held.map((route) => route.continue()));
    if (!isHung) await release();
    const outage = page.locator(".banner").getByText("The server cannot be reached.");
    await outage.waitFor();
    await server.start();
    if (isHung) await release();
    await outage.waitFor({ state: "hidden" });
    await navigateTo(page, "Studio");
    await studioOf(page).submit("A bridge at dusk");
    await naturalWidth(studioOf(page).image("A bridge at dusk"));
    assert.equal(await page.evaluate(() => "isSamePage" in window), true);
  });
}
