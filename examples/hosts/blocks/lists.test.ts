import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright";
import { complete, drive, scenes } from "./open-scene.ts";

const open = scenes();

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") || document.activeElement?.textContent || "");

describe("generation-grid", () => {
  test("keeps the focus of a row when new rows are inserted", async () => {
    const page = await open();
    await complete(page, ["First", "Second"]);
    const list = page.getByRole("list", { name: "Your generations" });
    assert.equal(await list.getByRole("listitem").count(), 2);
    await page.getByRole("button", { name: "First" }).focus();
    await complete(page, ["Third"]);
    assert.equal(await focused(page), "First");
    assert.match((await list.getByRole("listitem").first().textContent()) ?? "", /Third/);
  });

  test("moves the focus of a deleted row to the row in its place", async () => {
    const page = await open();
    const [, second] = await complete(page, ["First", "Second", "Third"]);
    await page.getByRole("button", { name: "Second" }).focus();
    await drive(page, ({ mock, argument }) => mock.delete(argument ?? ""), second);
    await page.getByRole("article", { name: "Second" }).waitFor({ state: "detached" });
    assert.equal(await focused(page), "First");
  });

  test("loads more on scrolling, and by the button", async () => {
    const page = await open({ seed: 70, viewport: { width: 1_000, height: 500 } });
    const count = () => page.getByRole("article").count();
    const more = page.getByRole("button", { name: "Load more" });
    await more.waitFor();
    const first = await count();
    await page.getByRole("article").last().scrollIntoViewIfNeeded();
    await page.waitForFunction((before) => document.querySelectorAll("article").length > before, first);
    const second = await count();
    await more.press("Enter");
    await page.waitForFunction((before) => document.querySelectorAll("article").length > before, second);
  });

  test("shows an error, and the list after a retry", async () => {
    const page = await open({ seed: 1, refused: "GET /" });
    await page.getByText("The history cannot be loaded.").waitFor();
    await page.getByRole("button", { name: "Try again" }).press("Enter");
    await page.getByRole("article").waitFor();
    await page.getByText("The history cannot be loaded.").waitFor({ state: "detached" });
  });
});

describe("generation-view", () => {
  test("opens, moves, traps the focus, and returns it on Escape", async () => {
    const page = await open();
    await complete(page, ["First", "Second", "Third"]);
    await page.getByRole("button", { name: "Second" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Second" });
    await dialog.waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "First" }).waitFor();
    await page.keyboard.press("ArrowLeft");
    await dialog.waitFor();
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press("Tab");
      // The browser's own controls are outside of the document, which is then the active element.
      const isInside = await page.evaluate(
        () => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null,
      );
      assert.equal(isInside, true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await focused(page), "Second");
  });

  test("moves to the next one with the left arrow key in right-to-left text", async () => {
    const page = await open({ dir: "rtl" });
    await complete(page, ["First", "Second"]);
    await page.getByRole("button", { name: "Second" }).press("Enter");
    await page.getByRole("dialog").press("ArrowLeft");
    await page.getByRole("dialog", { name: "First" }).waitFor();
  });

  test("marks a finished generation as seen", async () => {
    const page = await open();
    await complete(page, ["First"]);
    await page.getByRole("link", { name: "1 ready" }).waitFor();
    await page.getByRole("button", { name: "First" }).press("Enter");
    await page.getByText("1 ready").waitFor({ state: "detached" });
  });

  test("sends a delete only after the time to undo, or at the next delete", async () => {
    const page = await open();
    const [first] = await complete(page, ["First", "Second", "Third"]);
    const remove = async (name: string) => {
      await page.getByRole("button", { name }).press("Enter");
      await page.getByRole("button", { name: "Delete" }).press("Enter");
      await page.getByRole("article", { name }).waitFor({ state: "detached" });
    };
    const sent = () => drive(page, ({ mock }) => mock.requestsTo("DELETE /:id").map(({ path }) => path), null);
    await remove("Second");
    assert.equal(await focused(page), "First");
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await page.getByRole("article", { name: "Second" }).waitFor();
    assert.equal(await focused(page), "Second");
    await remove("First");
    assert.deepEqual(await sent(), []);
    await remove("Third");
    await page.waitForFunction(
      () =>
        (window as unknown as { mock: { requestsTo(path: string): unknown[] } }).mock.requestsTo("DELETE /:id").length >
        0,
    );
    assert.deepEqual(await sent(), [`/${first}`]);
  });

  test("Vary puts the prompt into the field, and focuses it", async () => {
    const page = await open();
    await complete(page, ["A red boat"]);
    await page.getByRole("button", { name: "A red boat" }).press("Enter");
    await page.getByRole("button", { name: "Vary" }).press("Enter");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Prompt");
    assert.equal(await page.getByLabel("Prompt").inputValue(), "A red boat");
  });

  test("links to the file as a download", async () => {
    const page = await open();
    await complete(page, ["A red boat"]);
    await page.getByRole("button", { name: "A red boat" }).press("Enter");
    const href = await page.getByRole("link", { name: "Download" }).getAttribute("href");
    assert.match(href ?? "", /\/outputs\/0\?.*&download=1$/);
  });
});
