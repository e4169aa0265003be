import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright";
import { launchBrowser, openPage } from "../../examples/demo/e2e/browser.ts";
import { type DemoServer, startDemoServer } from "../../examples/demo/e2e/demo-server.ts";
import { balanceOf, studioOf } from "../../examples/demo/e2e/studio.ts";
import { creditsPerImage } from "../../examples/demo/src/prices.ts";
import { pause } from "../cluster/pause.js";
import { type ClipVendor, startClipVendor } from "./clip-vendor.js";
import { shareOfBar } from "./long-clip.js";
import { type ProcessMemory, readMemory } from "./process-memory.js";
import { loadClip, playFrom, watchRequests } from "./watched-player.js";

const mebibyte = 1_048_576;
const smallMebibytes = 2;
const grant = 500;
/** Chromium loads a part of a clip ahead of each position. */
const maxReceivedBytes = 100 * mebibyte;
/** A copy of a large clip takes seconds, and minutes on a busy machine. */
const maxWaitMs = 900_000;
const small = "A buoy in the fog";
const large = "A lighthouse at dusk";
const screenshots = fileURLToPath(new URL("../.data/clip/", import.meta.url));

/** Options of the run. */
export interface DemoHistoryOptions {
  /** For the temporary files of the demo. */
  readonly folder: string;
  /** Size of the large clip, in MiB. */
  readonly mebibytes: number;
  /** Max memory of the process beyond that of a small clip, in bytes. */
  readonly maxGrownBytes: number;
}

interface Stage extends DemoHistoryOptions {
  readonly page: Page;
  readonly server: DemoServer;
  readonly vendor: ClipVendor;
}

/**
 * Submits clips on the page of the built demo. Its process is killed in the middle of a copy, and another one completes it.
 * Then plays and seeks the clip in the History, also after a restart, and deletes it. Needs Chromium.
 *
 * @returns the violations.
 */
export async function proveDemoHistory(options: DemoHistoryOptions): Promise<readonly string[]> {
  const temporary = join(options.folder, "temporary");
  await mkdir(temporary, { recursive: true });
  await mkdir(screenshots, { recursive: true });
  const vendor = await startClipVendor((prompt) => (prompt === large ? options.mebibytes : smallMebibytes));
  const environment = { DEMO_MEDIA: "1", FAL_KEY: "the-key", DEMO_VENDOR_ORIGIN: vendor.origin, TMPDIR: temporary };
  const server = await startDemoServer({ grant, environment });
  const browser = await launchBrowser();
  try {
    const { page, problems } = await openPage(await browser.newContext({ reducedMotion: "reduce" }), server.url);
    page.setDefaultTimeout(maxWaitMs);
    const stage = { ...options, page, server, vendor };
    const violations = [...(await copyThroughKill(stage)), ...(await playInHistory(stage))];
    violations.push(...(await deleteClip(stage)), ...problems);
    const left = (await readdir(temporary, { recursive: true })).filter(
      (name) => !/^safelight-spool-[^/]*$/.test(name),
    );
    if (left.length > 0) violations.push(`temporary files stayed: ${left.join(", ")}`);
    return violations;
  } finally {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await vendor.close();
  }
}

/** Copies a small clip in one process; the large one is interrupted there, and completed by the next process. */
async function copyThroughKill(stage: Stage): Promise<readonly string[]> {
  const { maxGrownBytes, mebibytes, page, server, vendor } = stage;
  const studio = studioOf(page);
  await page.getByLabel("Model", { exact: true }).selectOption("falVideo");
  const firstIdle = await memoryOf(server);
  await studio.submit(small);
  await playerOf(page, small).waitFor();
  const afterSmall = await memoryOf(server);
  const held = vendor.holdNext();
  await studio.submit(large);
  await held.isHalfSent;
  await server.kill();
  held.release();
  await server.start();
  const idle = await memoryOf(server);
  await playerOf(page, large).waitFor();
  const afterLarge = await memoryOf(server);
  const grownBytes = afterLarge.peak - afterSmall.peak;
  console.log(
    `The demo's process: ${inMebibytes(firstIdle.now)} MiB idle and ${inMebibytes(afterSmall.peak)} with a clip of ${smallMebibytes} MiB; ` +
      `${inMebibytes(idle.now)} MiB idle and ${inMebibytes(afterLarge.peak)} with one of ${mebibytes} MiB.`,
  );
  const violations: string[] = [];
  if (grownBytes > maxGrownBytes) violations.push(`the demo's memory grew by ${grownBytes} bytes`);
  const downloads = vendor.downloads.filter((prompt) => prompt === large).length;
  if (downloads !== 2) violations.push(`the clip was downloaded ${downloads} times, not twice`);
  if (vendor.prompts().join() !== [small, large].join()) violations.push(`the vendor was paid for ${vendor.prompts()}`);
  const balance = String(grant - 2 * creditsPerImage.falVideo);
  await balanceOf(page).filter({ hasText: balance }).waitFor();
  return violations;
}

/** Plays and seeks the clip in the History after a reload, and again after a restart of the server. */
async function playInHistory({ page, server, vendor }: Stage): Promise<readonly string[]> {
  const violations: string[] = [];
  const clip = vendor.clipOf(large);
  await page.goto(`${server.url}/history`);
  const frame = page.getByRole("main").getByRole("link", { name: new RegExp(large) });
  await frame.locator("img").waitFor();
  await page.screenshot({ path: join(screenshots, "history.png") });
  const id = (await frame.getAttribute("href"))?.split("/").at(-1) ?? "none";
  const requests = await watchRequests(page, id);
  await frame.click();
  const video = page.getByRole("dialog").locator("video");
  const loaded = await loadClip(video);
  await page.screenshot({ path: join(screenshots, "loaded.png") });
  if (Math.abs(loaded.duration - clip.durationMs / 1_000) > 0.1) violations.push(`it lasts ${loaded.duration} s`);
  if (loaded.size.join() !== "320,180") violations.push(`it has ${loaded.size.join(" × ")} pixels`);
  if (!loaded.hasPoster) violations.push("it has no poster");
  // Its metadata, and the mark at its end.
  const ofMetadata = { receivedBytes: requests.receivedBytes, count: requests.starts.length };
  for (const seconds of [0, loaded.duration * 0.5, loaded.duration - 2]) {
    const { position, row } = await playFrom(video, seconds);
    const share = shareOfBar(row);
    // Two steps of the bar.
    if (Math.abs(share - position / loaded.duration) > 0.05) violations.push(`at ${position} s the bar is at ${share}`);
  }
  await page.screenshot({ path: join(screenshots, "sought.png") });
  const starts = requests.starts.slice(ofMetadata.count);
  if (!starts.some((start) => start > clip.byteLength * 0.9)) violations.push("no range near the end was requested");
  if (requests.receivedBytes > maxReceivedBytes) violations.push(`the page received ${requests.receivedBytes} bytes`);
  console.log(
    `In the History: ${loaded.duration} s; ${inMebibytes(ofMetadata.receivedBytes)} MiB before it plays, ` +
      `${inMebibytes(requests.receivedBytes)} of ${inMebibytes(clip.byteLength)} MiB after two seeks; ` +
      `ranges from ${starts.map(inMebibytes).join(", ")} MiB`,
  );
  await server.stop();
  await server.start();
  await page.reload();
  await loadClip(video);
  await playFrom(video, 0);
  return violations;
}

/** Deletes the clip in its dialog. Its file must disappear, and that of the other clip must stay. */
async function deleteClip({ mebibytes, page, server }: Stage): Promise<readonly string[]> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await page.getByRole("dialog", { name: large }).waitFor({ state: "detached" });
  const media = join(server.dataFolder, "media");
  for (let seconds = 0; seconds < 60; seconds += 1) {
    const sizes = await sizesIn(media);
    const hasLarge = sizes.some((size) => size > mebibytes * mebibyte);
    if (!hasLarge)
      return sizes.some((size) => size > smallMebibytes * mebibyte) ? [] : ["the other clip is gone as well"];
    await pause(1_000);
  }
  return ["its file stays after the deletion"];
}

/** 0 for a file that is deleted in between. */
async function sizesIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
}

function playerOf(page: Page, prompt: string): Locator {
  return page.getByRole("main").locator(`video[aria-label="${prompt}"]`);
}

/** One process runs all roles. */
function memoryOf({ pids: [pid = 0] }: DemoServer): Promise<ProcessMemory> {
  return readMemory(pid);
}

function inMebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(0);
}
