import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright";
import { launchBrowser, newAnimatedContext as newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { naturalWidth, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 250 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("the keyboard alone can submit, open, download and delete an image", async (t) => {
  const context = await newContext(t, { browser, viewport: { width: 1280, height: 800 } });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  await page.getByRole("main").getByText("The tray is empty.").waitFor();

  await tabTo(page, "A lighthouse in the fog, at dusk");
  await page.keyboard.press("Enter");
  assert.equal(await nameOfFocus(page), "Prompt");
  assert.equal(await studio.prompt.inputValue(), "A lighthouse in the fog, at dusk");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("The moon over a valley");
  await page.keyboard.press("ControlOrMeta+Enter");
  await naturalWidth(studio.image("The moon over a valley"));

  await page.reload();
  await naturalWidth(studio.image("The moon over a valley"));
  await tabTo(page, "History");
  await page.keyboard.press("Enter");
  await page.getByRole("main", { name: "History" }).waitFor();
  await tabTo(page, /^The moon over a valley/);
  assert.ok(await hasVisibleFocus(page));
  await page.keyboard.press("Enter");
  const window = page.getByRole("dialog", { name: "The moon over a valley" });
  await window.waitFor();

  await page.keyboard.press("Escape");
  await window.waitFor({ state: "detached" });
  assert.match((await nameOfFocus(page)) ?? "", /^The moon over a valley/);

  // Closing must not close a dialog that opens right after it.
  await page.keyboard.press("Enter");
  await tabTo(page, "Download");
  await tabTo(page, "Delete");
  await page.keyboard.press("Enter");
  assert.equal(await nameOfFocus(page), "Keep it");
  await tabTo(page, "Delete for good");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No pictures yet" }).waitFor();
});

test("the tray receives the focus when the focused element is removed", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  await studioOf(page).submit("A long wait slow");
  await tabTo(page, "Cancel");
  await page.keyboard.press("Enter");
  const tryAgain = page.getByRole("button", { name: "Try again" });
  await tryAgain.waitFor();
  assert.equal(await nameOfFocus(page), "Tray");

  await tabTo(page, "Try again");
  await page.keyboard.press("Enter");
  await tryAgain.waitFor({ state: "detached" });
  assert.equal(await nameOfFocus(page), "Tray");

  await tabTo(page, "Cancel");
  await page.keyboard.press("Enter");
  await tabTo(page, "Clear the tray");
  await page.keyboard.press("Enter");
  await page.getByRole("main").getByText("The tray is empty.").waitFor();
  assert.equal(await nameOfFocus(page), "Tray");
});

/** Presses Tab until the focused element has this name. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const matches = (found: string | null) => (typeof name === "string" ? found === name : name.test(found ?? ""));
  for (let presses = 0; presses < 60; presses += 1) {
    if (matches(await nameOfFocus(page))) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab did not reach ${name}.`);
}

function nameOfFocus(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (focused instanceof HTMLTextAreaElement) return focused.labels[0]?.textContent ?? null;
    return focused?.getAttribute("aria-label") ?? focused?.textContent?.trim() ?? null;
  });
}

function hasVisibleFocus(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
    return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
  });
}
