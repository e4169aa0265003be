import assert from "node:assert/strict";
import { readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright";
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

test("a clip in the history has its duration and size, and keeps the arrow keys; without its file, it offers to try again at the same position", async (t) => {
  const { page, problems } = await openPage(await newContext(t, { browser }), server.url);
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "Reel · a clip of three seconds" });
  await studioOf(page).submit("A quay at night");
  await page.getByRole("main").locator("video").waitFor();
  // Its neighbor in the history.
  await studioOf(page).submit("A forbidden quay fail:policy");
  await navigateTo(page, "History");
  await page.locator('.frame[data-status="failed"]').waitFor();
  const frame = page.getByRole("main").getByRole("link", { name: /A quay at night/ });
  await frame.getByText("0:03").waitFor();
  await frame.click();
  const dialog = page.getByRole("dialog", { name: "A quay at night" });
  await dialog.getByText("0:03, 320 × 320 px, 3 MB").waitFor();
  const player = dialog.locator("video");
  for (const key of ["ArrowLeft", "ArrowRight"]) await player.press(key);
  assert.equal(await dialog.count(), 1);

  // Without the browser's copy of the file.
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const clip = await newestClipIn(join(server.dataFolder, "media"));
  await seekTo(player, 2);
  await rename(clip, `${clip}.away`);
  await player.evaluate((element) => element.dispatchEvent(new Event("error")));
  const problem = dialog.getByRole("alert").filter({ hasText: "The clip cannot be played right now" });
  await problem.waitFor();
  await problem.getByRole("button", { name: "Try again" }).click();
  await problem.waitFor();
  await rename(`${clip}.away`, clip);
  await problem.getByRole("button", { name: "Try again" }).press("Enter");
  assert.equal(await widthOf(player), 320);
  assert.ok(await player.evaluate((element) => element === document.activeElement));
  assert.equal(await player.evaluate(({ currentTime }: HTMLVideoElement) => currentTime), 2);

  // No model of the demo makes two clips.
  await page.route("**/api/generations/gen_*", async (route) => {
    const response = await route.fetch();
    const { generation } = await response.json();
    const [first] = generation.outputs;
    const outputs = [first, { ...first, index: 1, byteLength: 9_000_000 }];
    await route.fulfill({ response, json: { generation: { ...generation, version: 1_000, outputs } } });
  });
  await page.reload();
  await dialog.getByRole("button", { name: "Picture 2 of 2" }).click();
  await dialog.getByText("0:03, 320 × 320 px, 9 MB").waitFor();
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

test("a reel begins from a clip: from a result, or from a file whose upload shows its progress and can be stopped", async (t) => {
  const { page, problems } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "Reel · a clip of three seconds" });
  await studio.submit("A boat that is an input");
  await page.getByRole("main").locator("video").waitFor();
  await studio.status.getByRole("button", { name: "Use as input" }).click();
  const remove = page.getByRole("button", { name: "Remove the clip" });
  await remove.waitFor();
  const player = page.getByLabel("Your clip");
  assert.equal(await widthOf(player), 320);
  await studio.submit("A reel of a boat");
  await page.getByRole("main").locator('video[aria-label="A reel of a boat"]').waitFor();
  assert.equal(await fileFieldOfNewest(page), "clip");

  // The draft keeps the clip across a reload.
  await page.reload();
  assert.equal(await widthOf(player), 320);
  await remove.click();
  const throttle = await page.context().newCDPSession(page);
  const limitUploads = (uploadThroughput: number) =>
    throttle.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await throttle.send("Network.enable");
  await limitUploads(50_000);
  const choose = async () => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Begin from a picture or clip" }).click();
    await (await chooser).setFiles({ name: "waves.wav", mimeType: "audio/wav", buffer: wavOf(2_000_000) });
  };
  await choose();
  const progress = page.getByRole("progressbar", { name: "Uploading the clip" });
  await progress.and(page.locator("[aria-valuenow]")).waitFor();
  assert.ok(Number(await progress.getAttribute("aria-valuenow")) < 100);
  await page.getByRole("button", { name: "Stop the upload" }).press("Enter");
  await progress.waitFor({ state: "detached" });
  await limitUploads(-1);
  await choose();
  await remove.waitFor();
  // Audio has no width.
  assert.equal(await widthOf(player), 0);
  await page.locator(".file-clip[data-sound=true]").waitFor();
  assert.deepEqual(problems, []);
});

/** Path of the newest file of the size of a reel. */
async function newestClipIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), ...(await stat(join(folder, name))) })),
  );
  const [newest] = files.filter(({ size }) => size > 1_000_000).sort((one, other) => other.mtimeMs - one.mtimeMs);
  return newest?.path ?? "none";
}

/** Seeks, and waits until the frame is shown. @param seconds position in the clip */
function seekTo(player: Locator, seconds: number): Promise<void> {
  return player.evaluate(async (element: HTMLVideoElement, position) => {
    const sought = new Promise((resolve) => element.addEventListener("seeked", resolve, { once: true }));
    element.currentTime = position;
    await sought;
  }, seconds);
}

/** The width of a clip in pixels, once its metadata has loaded. */
function widthOf(player: Locator): Promise<number> {
  return player.evaluate(async (element: HTMLVideoElement) => {
    if (element.readyState === 0)
      await new Promise((resolve) => element.addEventListener("loadedmetadata", resolve, { once: true }));
    return element.videoWidth;
  });
}

/** Name of the input field by which the newest generation refers to a file. */
function fileFieldOfNewest(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    const response = await fetch("/api/generations?limit=1");
    const { generations } = await response.json();
    return Object.entries(generations[0].input).find(([, value]) => String(value).startsWith("inp_"))?.[0];
  });
}

/** A WAV file of silence. @param bytes size of its samples. */
function wavOf(bytes: number): Buffer {
  const header = Buffer.from("RIFF....WAVEfmt ....................data....", "latin1");
  header.writeUInt32LE(36 + bytes, 4);
  header.writeUInt32LE(16, 16);
  // PCM, one channel, 22,050 samples a second of two bytes each.
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    header.writeUInt16LE(value, at);
  header.writeUInt32LE(22_050, 24);
  header.writeUInt32LE(44_100, 28);
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.alloc(bytes)]);
}
