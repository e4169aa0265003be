import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { navigateTo, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([
    startDemoServer({ stepMs: 5, environment: { DEMO_MEDIA: "1" } }),
    launchBrowser(),
  ]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("a reel plays and can be sought in the Studio and in the history", async (t) => {
  const { page, problems } = await openPage(await newContext(t, { browser }), server.url);
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "Reel · a clip of three seconds" });
  await studioOf(page).submitButton.filter({ hasText: "20 credits" }).waitFor();
  await studioOf(page).submit("A boat on a lake");
  await page.getByRole("main").locator("video").waitFor();

  await navigateTo(page, "History");
  await page
    .getByRole("main")
    .getByRole("link", { name: /A boat on a lake/ })
    .first()
    .click();
  const video = page.getByRole("dialog").locator("video");
  await video.waitFor();
  const played = await video.evaluate(async (element: HTMLVideoElement) => {
    element.muted = true;
    const sought = new Promise((resolve) => element.addEventListener("seeked", resolve, { once: true }));
    element.currentTime = 2.5;
    await sought;
    const soughtTo = element.currentTime;
    element.currentTime = 0;
    const moved = new Promise((resolve) => {
      element.ontimeupdate = () => element.currentTime > 0.2 && resolve(null);
    });
    await element.play();
    await moved;
    return { soughtTo, size: [element.videoWidth, element.videoHeight], duration: element.duration };
  });
  assert.deepEqual(played, { soughtTo: 2.5, size: [320, 320], duration: 3.1 });
  assert.ok(await video.getAttribute("poster"));
  // In a tab of its own, where the policy of the response applies to the player.
  await page.goto(String(await video.evaluate(({ currentSrc }: HTMLVideoElement) => currentSrc)));
  const alone = page.locator("video");
  // The sandbox of the response stops the events of the page's scripts.
  while (!(await alone.evaluate(({ readyState }: HTMLVideoElement) => readyState))) await page.waitForTimeout(50);
  assert.deepEqual(problems, []);
});

test("a field recording plays in the Studio", async (t) => {
  const { page, problems } = await openPage(await newContext(t, { browser }), server.url);
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "Field recording · the sound of a place" });
  await studioOf(page).submit("A forest in the rain");
  const audio = page.getByRole("main").locator("audio");
  await audio.waitFor();
  const duration = await audio.evaluate(async (element: HTMLAudioElement) => {
    element.muted = true;
    const moved = new Promise((resolve) => {
      element.ontimeupdate = () => element.currentTime > 0.2 && resolve(null);
    });
    await element.play();
    await moved;
    return element.duration;
  });
  assert.equal(duration, 4);
  assert.deepEqual(problems, []);
});
