import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { tinyPng } from "@safelight/server/testing";
import { createFalVendor, type FakeVendor, type ServedVendor, serveVendor } from "@safelight/server/vendors";
import type { Browser, Page } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, naturalWidth, navigateTo, studioOf } from "./studio.ts";

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const imageFile = { name: "lamp.png", mimeType: "image/png", buffer: Buffer.from(tinyPng()) };

/** Keeps the job running until `finishJob`, however slow the machine is. */
const untilFinished = { type: "succeed", runningPolls: 1_000_000 } as const;

let vendor: FakeVendor;
let served: ServedVendor;
let server: DemoServer;
let browser: Browser;

before(async () => {
  vendor = createFalVendor();
  served = await serveVendor(vendor);
  const environment = {
    FAL_KEY: "the-key",
    DEMO_VENDOR_ORIGIN: served.origin,
    // Offered but never called: its model accepts no image.
    CLOUDFLARE_API_TOKEN: "the-key",
    CLOUDFLARE_ACCOUNT_ID: "the-account",
  };
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 50, environment }), launchBrowser()]);
});
beforeEach(() => vendor.plan({ type: "succeed" }));
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await served.close();
});

test("an uploaded image is the input of another model, and the result survives a reload", async (t) => {
  const { page, problems } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  await studio.submitButton.filter({ hasText: "4 credits" }).waitFor();
  await modelOf(page).selectOption({ label: "fal · FLUX.1 dev" });
  await studio.submitButton.filter({ hasText: "6 credits" }).waitFor();
  await chooseImage(page, imageFile);
  const field = page.getByRole("group", { name: "Picture to begin from" });
  assert.equal(await naturalWidth(field.locator("img")), 1);

  vendor.plan(untilFinished);
  await studio.submit("A lamp in the fog");
  await studio.progress.waitFor();
  await page.reload();
  await studio.progress.waitFor();
  await finishJob("A lamp in the fog");
  assert.equal(await naturalWidth(studio.image("A lamp in the fog")), 1);
  await balanceOf(page).filter({ hasText: "94" }).waitFor();
  const { body } = vendor.paid.at(-1) ?? {};
  assert.match(JSON.stringify(body), /"prompt":"A lamp in the fog".*"image_url":"data:image\/png;base64,/);

  // The draft keeps the image until it is removed.
  assert.equal(await modelOf(page).inputValue(), "fal");
  assert.equal(await naturalWidth(field.locator("img")), 1);
  await page.getByRole("button", { name: "Remove the picture" }).click();
  await page.getByRole("button", { name: "Begin from a picture" }).waitFor();
  vendor.plan({ type: "succeed" });
  await studio.submit("A second lamp");
  await naturalWidth(studio.image("A second lamp"));
  assert.doesNotMatch(JSON.stringify(vendor.paid.at(-1)?.body), /image_url/);

  // "Use as input" selects the first model that accepts an image if the selected one does not.
  await studio.status.getByRole("button", { name: "Use as input" }).click();
  await page.getByRole("button", { name: "Remove the picture" }).waitFor();
  assert.equal(await modelOf(page).inputValue(), "fal");
  await modelOf(page).selectOption("cloudflare");
  await page.getByRole("button", { name: "Remove the picture" }).waitFor({ state: "detached" });
  await studio.status.getByRole("button", { name: "Use as input" }).click();
  await page.getByRole("button", { name: "Remove the picture" }).waitFor();
  assert.equal(await modelOf(page).inputValue(), "demo");
  assert.equal(await naturalWidth(field.locator("img")), 1);
  assert.deepEqual(problems, []);
});

test("a new tab adopts the running generation, whatever model its draft has", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  await modelOf(page).selectOption("fal");
  vendor.plan(untilFinished);
  await studioOf(page).submit("A ferry at noon");
  await studioOf(page).progress.waitFor();
  const { page: other } = await openPage(context, server.url);
  assert.equal(await modelOf(other).inputValue(), "demo");
  await studioOf(other).progress.waitFor();
  await finishJob("A ferry at noon");
  assert.equal(await naturalWidth(studioOf(other).image("A ferry at noon")), 1);
});

test("actions on a past generation use its own model, and the history names the model", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  await modelOf(page).selectOption("fal");
  await studio.submit("Reeds at dawn");
  await naturalWidth(studio.image("Reeds at dawn"));
  await modelOf(page).selectOption("demo");
  await studio.submit("A pier at dawn");
  await naturalWidth(studio.image("A pier at dawn"));

  await navigateTo(page, "History");
  await page.getByRole("link", { name: /^A pier at dawn Demo · / }).waitFor();
  await page.getByRole("link", { name: /^Reeds at dawn fal · / }).click();
  const facts = page.getByRole("dialog").getByRole("term");
  await facts.filter({ hasText: "Model" }).waitFor();
  assert.equal(await facts.filter({ hasText: "Settings" }).count(), 0);
  const paid = vendor.paid.length;
  await page.getByRole("button", { name: "Another one" }).click();
  await page.getByRole("main", { name: "Studio" }).waitFor();
  await naturalWidth(studio.image("Reeds at dawn"));
  assert.equal(vendor.paid.length, paid + 1);

  await navigateTo(page, "History");
  await page
    .getByRole("link", { name: /^Reeds at dawn/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Edit prompt" }).click();
  await page.getByRole("main", { name: "Studio" }).waitFor();
  assert.equal(await modelOf(page).inputValue(), "fal");
});

test("each model shows its own options, and only the demo's has test words", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  await page.getByRole("main").getByText("Options").click();
  await page.getByRole("main").getByText("For developers").click();
  await page.getByRole("main").getByText("Words in the prompt that the demo obeys.").waitFor();
  await page.getByRole("button", { name: "Begin from a picture" }).waitFor();
  assert.equal(await page.getByLabel("Steps").count(), 1);
  // The native select supports type-ahead.
  await modelOf(page).focus();
  await page.keyboard.press("f");
  await page.getByRole("main").getByText("Words in the prompt that the demo obeys.").waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Steps").count(), 0);
  assert.equal(await page.getByLabel("Seed", { exact: true }).count(), 1);
  assert.equal(await page.getByRole("combobox", { name: "Pictures" }).count(), 1);
  await page.getByRole("button", { name: "Begin from a picture" }).waitFor();
  await modelOf(page).selectOption("cloudflare");
  await page.getByRole("combobox", { name: "Pictures" }).waitFor({ state: "detached" });
  assert.equal(await page.getByRole("button", { name: "Begin from a picture" }).count(), 0);
});

test("an unsupported, oversized or unsent image shows a problem and leaves the draft unchanged", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  await modelOf(page).selectOption("fal");
  const problem = page
    .locator("form")
    .getByRole("alert")
    .filter({ hasText: /picture|reach/ });
  await chooseImage(page, { ...imageFile, name: "notes.txt", mimeType: "text/plain" });
  await problem.getByText("That is no picture to begin from.").waitFor();
  await chooseImage(page, { ...imageFile, buffer: Buffer.from("not an image") });
  await problem.getByText("That is no picture to begin from.").waitFor();
  // Created in the page, since Playwright needs seconds to send a file of this size.
  await page.locator("input[type=file]").evaluate((input, bytes) => {
    if (!(input instanceof HTMLInputElement)) throw new Error("The field is not an input.");
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], "large.png", { type: "image/png" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, 26_214_401);
  await problem.getByText("That picture is too large.").waitFor();

  await context.setOffline(true);
  await chooseImage(page, imageFile);
  await problem.getByText("The server cannot be reached.").waitFor();
  await context.setOffline(false);
  await problem.getByRole("button", { name: "Send it again" }).click();
  await page.getByRole("button", { name: "Remove the picture" }).waitFor();
  assert.equal(await problem.count(), 0);
});

test("a running upload blocks the submit, continues on other pages, and can be canceled", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await modelOf(page).selectOption("fal");
  const uploads = "**/api/generations/inputs";
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await context.route(uploads, async (route) => {
    await held;
    await route.continue();
  });
  const paid = vendor.paid.length;
  await chooseImage(page, imageFile);
  await page.getByRole("progressbar", { name: "Uploading the picture" }).waitFor();
  await studio.submit("A lamp that waits");
  await page.getByRole("alert").getByText("Your file is still on its way.").waitFor();
  assert.equal(vendor.paid.length, paid);
  await page.getByRole("button", { name: "Stop the upload" }).click();
  await page.getByRole("progressbar", { name: "Uploading the picture" }).waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "file-field");

  await chooseImage(page, imageFile);
  await page.getByRole("progressbar", { name: "Uploading the picture" }).waitFor();
  await navigateTo(page, "About");
  release();
  await navigateTo(page, "Studio");
  await page.getByRole("button", { name: "Remove the picture" }).waitFor();
});

test("on a narrow phone, the model row fits and the submit button stays visible", async (t) => {
  const { page } = await openPage(await newContext(t, { browser, ...phone }), server.url);
  const studio = studioOf(page);
  await modelOf(page).selectOption("fal");
  await chooseImage(page, imageFile);
  await page.getByRole("button", { name: "Remove the picture" }).waitFor();
  vendor.plan(untilFinished);
  await studio.submit("A cabin by the lake under the northern lights");
  await studio.progress.waitFor();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 360, `the page is ${width} px wide`);
  const bar = await page.getByRole("navigation", { name: "Pages" }).filter({ visible: true }).boundingBox();
  const button = await studio.submitButton.boundingBox();
  assert.ok(bar !== null && button !== null && button.y + button.height <= bar.y, JSON.stringify({ bar, button }));
  await page.getByRole("button", { name: "Cancel" }).click();
});

/** Completes the vendor's job of a prompt, as soon as the worker has submitted it. */
async function finishJob(prompt: string): Promise<void> {
  for (;;) {
    const job = vendor.paid.find(({ body }) => JSON.stringify(body).includes(prompt));
    if (job !== undefined) return vendor.finish(job.id);
    await pause(20);
  }
}

function modelOf(page: Page) {
  return page.getByRole("combobox", { name: "Model" });
}

async function chooseImage(page: Page, file: typeof imageFile): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Begin from a picture" }).click();
  await (await chooser).setFiles(file);
}
