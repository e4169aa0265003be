import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { balanceOf, studioOf } from "./studio.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 50 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("an empty submit shows a hint and focuses the prompt, until the prompt has words", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  await studio.submit("   ");
  const message = page.getByRole("alert").getByText("Write what you would like to see first.");
  await message.waitFor();
  assert.equal(await studio.prompt.evaluate((field) => field === document.activeElement), true);
  await studio.prompt.fill("A pier");
  await message.waitFor({ state: "detached" });
});

test("with one offered model, no model picker and no model name is shown", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  await studio.submit("A quiet pier");
  await studio.image("A quiet pier").waitFor();
  await studio.submitButton.filter({ hasText: "4 credits" }).waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Model" }).count(), 0);
  await page.getByRole("link", { name: /^A quiet pier just now$/ }).waitFor();
});

test("the button shows the server's price of the settings, and typing requests no other", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  const quotes: unknown[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/quote")) quotes.push(request.postDataJSON());
  });
  await page.reload();
  await studio.submitButton.filter({ hasText: "4 credits" }).waitFor();
  await studio.prompt.pressSequentially("A pier in the rain");
  await page.getByLabel("Pictures").selectOption("4");
  await studio.submitButton.filter({ hasText: "16 credits" }).waitFor();
  await studio.submitButton.click();
  await balanceOf(page).filter({ hasText: "84" }).waitFor();
  const inputs = quotes.map((body) => JSON.stringify(body));
  assert.equal(inputs.filter((text) => text.includes("rain")).length, 0);
  assert.ok(
    inputs.some((text) => text.includes('"count":4')),
    inputs.join("\n"),
  );
});

test("an edit of the prompt clears the problem of the previous submit", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const studio = studioOf(page);
  const submits = (url: URL) => url.pathname === "/api/generations";
  await context.route(submits, (route, request) =>
    request.method() === "POST"
      ? route.fulfill({
          status: 422,
          contentType: "application/problem+json",
          json: {
            type: "urn:safelight:problem:content_blocked",
            code: "content_blocked",
            detail: "Not here.",
            status: 422,
            retryable: false,
          },
        })
      : route.continue(),
  );
  await studio.submit("A bad one");
  const problem = page.getByRole("alert").getByText("Not here.");
  await problem.waitFor();
  await context.unroute(submits);
  await studio.prompt.fill("A good one");
  await problem.waitFor({ state: "detached" });
  await page.keyboard.press("Control+Enter");
  await studio.image("A good one").waitFor();
  assert.equal(await problem.count(), 0);
});

test("a prompt over the limit is kept whole across a reload, and can be submitted once shortened", async (t) => {
  const { page } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  const text = `A pier ${"at night ".repeat(1_000)}`;
  await studio.prompt.fill(text);
  const count = page.locator("form .prompt-count");
  await count.getByText("7,006 characters too many", { exact: true }).waitFor();
  const reason = page.getByRole("alert").getByText("Shorten your words first: 2,000 characters are the most.");
  await reason.waitFor();
  assert.equal(await studio.submitButton.getAttribute("aria-disabled"), "true");
  assert.equal(await studio.prompt.getAttribute("aria-invalid"), "true");
  await page.reload();
  await reason.waitFor();
  assert.equal(await studio.prompt.inputValue(), text);
  // A click on the disabled button focuses the prompt.
  await studio.submitButton.click({ force: true });
  assert.equal(await studio.prompt.evaluate((field) => field === document.activeElement), true);
  await page.keyboard.press("Control+Enter");

  // Server and page trim the prompt before they count.
  const fitting = "x".repeat(1_999);
  await studio.prompt.fill(`${fitting}yz   `);
  await count.getByText("1 character too many", { exact: true }).waitFor();
  await studio.prompt.fill(`  ${fitting}y   `);
  await count.getByText("0 left", { exact: true }).waitFor();
  await reason.waitFor({ state: "detached" });
  await studio.submitButton.click();
  await studio.image(`${fitting}y`).waitFor();
  await balanceOf(page).filter({ hasText: "96" }).waitFor();
});

test("a prompt over the storage quota is shown, counted and kept while the page is open", async (t) => {
  const { page, problems } = await openPage(await newContext(t, { browser }), server.url);
  const studio = studioOf(page);
  const length = 6_000_000;
  await studio.prompt.evaluate((field, words) => {
    if (!(field instanceof HTMLTextAreaElement)) throw new Error("The prompt is not a textarea.");
    // Simulates a paste: typing would take minutes.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, "x".repeat(words));
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  }, length);
  await page.locator("form .prompt-count").getByText("5,998,000 characters too many", { exact: true }).waitFor();
  assert.equal(await studio.prompt.evaluate((field) => (field as HTMLTextAreaElement).value.length), length);
  assert.deepEqual(problems, []);
});
