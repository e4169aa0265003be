import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright";
import { drive, scenes } from "./open-scene.ts";

const open = scenes();

/** The focused element: its name for assistive technology; empty without one. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    return element === document.body ? "" : (element?.getAttribute("aria-label") ?? element?.textContent ?? "");
  });

/** Presses a key until an element with a name has the focus. */
async function pressUntil(page: Page, key: string, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await focused(page)).includes(name)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} never reached ${name}`);
}

/** Waits until a read returns a value. */
async function until<Value>(read: () => Promise<Value>, expected: Value): Promise<void> {
  let value = await read();
  for (let tries = 0; tries < 600 && JSON.stringify(value) !== JSON.stringify(expected); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    value = await read();
  }
  assert.deepEqual(value, expected);
}

describe("prompt-box", () => {
  test("Enter starts a line, Ctrl+Enter submits at the price shown, and the draft is cleared", async () => {
    const page = await open();
    await pressUntil(page, "Tab", "Prompt");
    await page.keyboard.type("A fox");
    await page.keyboard.press("Enter");
    await page.keyboard.type("in snow");
    await page.getByRole("button", { name: "Generate 4 credits" }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("article", { name: "A fox in snow" }).waitFor();
    await until(() => page.getByLabel("Prompt").inputValue(), "");
    const [sent] = await drive(page, ({ mock }) => mock.requestsTo("POST /").map(({ body }) => body), null);
    assert.partialDeepStrictEqual(JSON.parse(String(sent)), {
      input: { prompt: "A fox\nin snow" },
      expectedCredits: 4,
    });
  });

  test("the draft survives a reload", async () => {
    const page = await open();
    await page.getByLabel("Prompt").fill("A draft");
    await page.reload();
    await until(() => page.getByLabel("Prompt").inputValue(), "A draft");
  });

  test("a prompt, a model and a click before hydration are sent once", async () => {
    const page = await open({ hydrate: "later" });
    await page.getByLabel("Prompt").fill("An early fox");
    await page.getByRole("radio", { name: "Film" }).check({ force: true });
    await page.getByRole("button", { name: "Generate" }).click();
    await page.evaluate("void hydrate()");
    await page.getByRole("article", { name: "An early fox" }).waitFor();
    await until(() => page.getByLabel("Prompt").inputValue(), "");
    const sent = await drive(page, ({ mock }) => mock.requestsTo("POST /").map(({ body }) => String(body)), null);
    assert.deepEqual(
      sent.map((body) => JSON.parse(body).model),
      ["film"],
    );
    assert.equal(await page.getByRole("radio", { name: "Film" }).isChecked(), true);
  });

  test("a refusal keeps the text and describes the field, until the text changes", async () => {
    const page = await open();
    await drive(page, ({ mock }) => mock.refuseNext("POST /", "content_blocked"), null);
    const field = page.getByLabel("Prompt");
    await field.fill("Not allowed");
    await field.press("Control+Enter");
    await page.getByText("This prompt is not allowed.").waitFor();
    assert.equal(await field.inputValue(), "Not allowed");
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    const described = await field.getAttribute("aria-describedby");
    assert.match((await page.locator(`[id="${described}"]`).textContent()) ?? "", /not allowed/);
    await field.fill("Allowed");
    assert.equal(await field.getAttribute("aria-invalid"), "false");
  });

  test("a price above the balance is refused before the request", async () => {
    const page = await open();
    await drive(
      page,
      ({ mock }) => Array.from({ length: 19 }, (_, index) => mock.queue("photo", { index })).length,
      null,
    );
    await drive(page, ({ mock }) => mock.queue("song", { prompt: "a" }), null);
    await drive(page, ({ mock }) => mock.queue("song", { prompt: "b" }), null);
    await drive(page, ({ mock }) => mock.queue("song", { prompt: "c" }), null);
    await page.getByRole("radio", { name: "Film" }).check({ force: true });
    await page.getByLabel("Prompt").fill("A film");
    await page.getByText("This costs 30 credits, and you have 14.").waitFor();
    await page.getByLabel("Prompt").press("Control+Enter");
    assert.equal(await page.getByRole("link", { name: "Buy credits" }).getAttribute("href"), "/credits");
    assert.equal(await drive(page, ({ mock }) => mock.requestsTo("POST /").length, null), 0);
  });

  test("the arrow keys choose a model of the group", async () => {
    const page = await open();
    await page.getByRole("radiogroup", { name: "Model" }).getByRole("radio", { name: "Photo" }).focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByRole("radio", { name: "Film" }).isChecked(), true);
  });
});

describe("generation-card", () => {
  test("Cancel needs no confirmation, shows the refund, and moves the focus to the card", async () => {
    const page = await open();
    await drive(page, ({ mock }) => mock.queue("photo", { prompt: "A tree" }), null);
    const card = page.getByRole("article", { name: "A tree" });
    assert.equal(await card.getAttribute("aria-busy"), "true");
    await pressUntil(page, "Tab", "Cancel");
    await page.keyboard.press("Enter");
    await card.getByText("Canceled. 4 credits refunded.").waitFor();
    assert.equal(await card.getAttribute("aria-busy"), "false");
    assert.equal(await focused(page), "A tree");
  });

  test("a cancel that the provider must confirm shows the possible refund", async () => {
    const page = await open();
    await drive(page, ({ mock }) => mock.progress(mock.queue("photo", { prompt: "A tree" }).id, 0.3), null);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("If the provider can still stop it, 4 credits will be refunded.").waitFor();
    await page.getByRole("button", { name: "Canceling…" }).waitFor();
  });

  test("marks an estimated progress, and sends the input again on a retry", async () => {
    const page = await open();
    const id = await drive(page, ({ mock }) => mock.queue("photo", { prompt: "A tree" }).id, null);
    await drive(page, ({ mock, argument }) => mock.progress(argument, 0.3, { source: "estimate" }), id);
    await page.getByText("estimate").waitFor();
    assert.equal(await page.getByRole("progressbar").getAttribute("value"), "0.3");
    await drive(page, ({ mock, argument }) => mock.fail(argument, "provider_unavailable"), id);
    await page.getByText("The provider is not available. 4 credits refunded.").first().waitFor();
    await page.getByRole("button", { name: "Try again · 4 credits" }).press("Enter");
    await page.getByText("Waiting to start").waitFor();
    assert.equal(await drive(page, ({ mock }) => mock.requestsTo("POST /:id/retry").length, null), 1);
  });

  test("video and audio have the controls of the browser", async () => {
    const page = await open();
    await drive(page, ({ mock }) => mock.complete(mock.queue("film", { prompt: "Waves" }).id), null);
    await drive(page, ({ mock }) => mock.complete(mock.queue("song", { prompt: "A piano" }).id), null);
    const video = page.locator("video[controls][preload=metadata][playsinline][aria-label=Waves]");
    await video.waitFor();
    await page.locator("audio[controls][preload=metadata][aria-label='A piano']").waitFor();
  });
});
