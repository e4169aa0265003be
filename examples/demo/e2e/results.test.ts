import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import type { Browser, Locator, Page } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, naturalWidth, studioOf } from "./studio.ts";
import { visitorOf } from "./visitor.ts";

let server: DemoServer;
/** A generation takes two minutes, so that a test can cancel it on any machine. */
let slowServer: DemoServer;
let browser: Browser;

before(async () => {
  [server, slowServer, browser] = await Promise.all([
    startDemoServer({ stepMs: 40, grant: 400 }),
    startDemoServer({ stepMs: 1_500 }),
    launchBrowser(),
  ]);
});
after(async () => {
  await browser.close();
  await Promise.all([server[Symbol.asyncDispose](), slowServer[Symbol.asyncDispose]()]);
});

/** Opens the Studio as a new visitor, with a completed generation in the tray. */
async function openResult(t: TestContext, prompt: string) {
  const context = await newContext(t, { browser, permissions: ["clipboard-read", "clipboard-write"] });
  const { page, problems } = await openPage(context, server.url);
  const studio = studioOf(page);
  await studio.submit(prompt);
  await naturalWidth(studio.image(prompt));
  return { context, page, problems, studio };
}

test("every action of a result is visible, and charges the stated price", async (t) => {
  const { page, problems, studio } = await openResult(t, "A pier at noon");
  const action = (name: string) => studio.status.getByRole("button", { name, exact: true });
  for (const name of [
    "Another one 4 credits",
    "Variations 16 credits",
    "Edit prompt",
    "Copy prompt",
    "Landscape 3:2",
  ]) {
    assert.ok(await action(name).isVisible(), name);
  }
  assert.ok(await studio.status.getByRole("link", { name: "Download" }).isVisible());
  assert.equal(await action("Square 1:1").isDisabled(), true);
  await studio.status.getByText("Another aspect ratio, 4 credits").waitFor();

  await action("Copy prompt").click();
  await action("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "A pier at noon");

  await action("Landscape 3:2").click();
  await balanceOf(page).filter({ hasText: "392" }).waitFor();
  const wide = studio.image("A pier at noon");
  await page.waitForFunction(
    () => document.querySelector<HTMLImageElement>("main .sheet img[alt='A pier at noon']")?.naturalHeight === 171,
  );
  assert.equal(await naturalWidth(wide), 256);
  await balanceOf(page).filter({ hasText: "392" }).waitFor();

  await action("Variations 16 credits").click();
  await balanceOf(page).filter({ hasText: "376" }).waitFor();
  for (const number of [1, 2, 3, 4]) await naturalWidth(studio.image(`A pier at noon, ${number} of 4`));
  assert.deepEqual(problems, []);
});

test("four images form a grid of two by two, are charged each, and one can be selected", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  const count = page.getByRole("combobox", { name: "Pictures" });
  await count.selectOption({ label: "4 pictures · 16 credits" });
  await page.getByRole("combobox", { name: "Aspect ratio" }).selectOption({ label: "Landscape 3:2" });
  await studio.submitButton.filter({ hasText: "16 credits" }).waitFor();
  await studio.submit("A mill in the wind");
  const cells = page.getByRole("group", { name: "Pictures" }).getByRole("button");
  for (const number of [1, 2, 3, 4]) await naturalWidth(studio.image(`A mill in the wind, ${number} of 4`));
  await balanceOf(page).filter({ hasText: "384" }).waitFor();
  const boxes = await Promise.all([0, 1, 2, 3].map((index) => cells.nth(index).boundingBox()));
  assert.equal(new Set(boxes.map((box) => Math.round(box?.x ?? 0))).size, 2);
  assert.equal(new Set(boxes.map((box) => Math.round(box?.y ?? 0))).size, 2);
  await cells.nth(2).click();
  assert.equal(await cells.nth(2).getAttribute("aria-pressed"), "true");
  const download = await studio.status.getByRole("link", { name: "Download" }).getAttribute("download");
  assert.match(download ?? "", /-3\.png$/);
});

test("the demo's own model uses the colors of an input image, which can be an earlier result", async (t) => {
  const { page, studio, problems } = await openResult(t, "Neon city at night");
  await studio.status.getByRole("button", { name: "Use as input" }).click();
  await naturalWidth(page.getByRole("group", { name: "Picture to begin from" }).locator("img"));
  // The prompt alone would make the image green and blue.
  const prompt = "A meadow at noon";
  await studio.submit(prompt);
  await naturalWidth(studio.image(prompt));
  const { red, green, blue } = await meanColorOf(studio.image(prompt));
  assert.ok(green < red * 0.8 && green < blue * 0.8, JSON.stringify({ red, green, blue }));

  await studio.status.getByRole("button", { name: "Variations" }).click();
  await naturalWidth(studio.image(`${prompt}, 4 of 4`));
  const first = await meanColorOf(studio.image(`${prompt}, 1 of 4`));
  assert.ok(first.green < first.red * 0.8 && first.green < first.blue * 0.8, JSON.stringify(first));
  assert.deepEqual(problems, []);
});

test("the queue lists all active generations, and each can be shown and canceled", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, slowServer.url);
  const studio = studioOf(page);
  for (const prompt of ["First slow road", "Second slow road", "Third slow road"]) {
    await studio.submit(prompt);
    await studio.status.getByText(prompt).waitFor();
  }
  const queue = page.getByRole("region", { name: "Queue · 3" });
  const items = queue.getByRole("listitem");
  await items.nth(2).waitFor();
  assert.match((await items.first().textContent()) ?? "", /^First slow road/);
  await items
    .first()
    .getByRole("button", { name: /^First slow road/ })
    .click();
  await studio.status.getByText("First slow road").waitFor();
  await queue.getByRole("button", { name: "Cancel: Second slow road" }).click();
  await page.getByRole("region", { name: "Queue · 2" }).waitFor();
  await balanceOf(page).filter({ hasText: "92" }).waitFor();
  assert.equal(await studio.progress.count(), 1);
});

test("after a cancel, the page requests no further preview, since the server may have deleted it", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, slowServer.url);
  const studio = studioOf(page);
  const requested: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/preview")) requested.push(request.url());
  });
  await studio.submit("A slow valley");
  await page.waitForRequest(/\/preview/);
  // The held cancel lets the provider continue and publish further previews.
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await context.route("**/cancel", async (route) => {
    await held;
    await route.continue();
  });
  await Promise.all([page.waitForRequest("**/cancel"), studio.status.getByRole("button", { name: "Cancel" }).click()]);
  // Until the next step, the request for an earlier preview may be reported late.
  await nextPercent(page);
  const before = requested.length;
  for (let seen = 0; seen < 2; seen += 1) await nextPercent(page);
  assert.equal(requested.length, before);
  release();
  await studio.status.getByText("Canceled.", { exact: true }).filter({ visible: true }).first().waitFor();
  assert.equal(requested.length, before);
});

test("a failed tile states the reason, and action, progress, failure and refund have distinct hues", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  await visitorOf(context, server.url).submit({ prompt: "A forbidden garden fail:policy" });
  await page.goto(`${server.url}/history`);
  const tile = page.getByRole("link", { name: /^A forbidden garden/ });
  await tile.getByText("Refused by the safety filter", { exact: true }).waitFor();
  await tile.getByText("4 credits refunded").waitFor();
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const hues = await Promise.all(["--lamp", "--progress", "--failure", "--refund"].map((name) => hueOf(page, name)));
    for (const [index, hue] of hues.entries()) {
      for (const other of hues.slice(index + 1)) {
        const distance = Math.abs(((hue - other + 540) % 360) - 180);
        assert.ok(distance >= 22, `${colorScheme}: hues ${hues.join(", ")}`);
      }
    }
  }
});

/** Mean color of an image, each channel from 0 to 255. */
function meanColorOf(image: Locator): Promise<{ red: number; green: number; blue: number }> {
  return image.evaluate((element) => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    if (!(element instanceof HTMLImageElement) || context === null) throw new Error("The element is not an image.");
    context.imageSmoothingQuality = "high";
    context.drawImage(element, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return { red, green, blue };
  });
}

/** Waits until the progress has increased. */
async function nextPercent(page: Page): Promise<void> {
  const percent = await page.evaluate(() => Number(document.querySelector("[role=progressbar]")?.ariaValueNow ?? 0));
  await page.waitForFunction(
    (value) => Number(document.querySelector("[role=progressbar]")?.ariaValueNow) > value + 1,
    percent,
  );
}

/** Hue of a CSS color variable, in degrees. */
function hueOf(page: Page, token: string): Promise<number> {
  return page.evaluate((name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
    probe.remove();
    const [max, min] = [Math.max(red, green, blue), Math.min(red, green, blue)];
    const sector =
      max === red
        ? ((green - blue) / (max - min) + 6) % 6
        : max === green
          ? (blue - red) / (max - min) + 2
          : (red - green) / (max - min) + 4;
    return Math.round(sector * 60);
  }, token);
}
