import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright";
import { startNextApp } from "./next-app.ts";
import { stopClock } from "./quick-start.ts";
import { installedVersions } from "./smoke-record.ts";
import type { ServerProcess } from "./start-process.ts";

// Both servers are tested concurrently, since the tests mostly wait for images.
describe("a fresh Next app with the documented files", { concurrency: true }, () => {
  let browser: Browser;

  before(async () => {
    const executablePath = process.env.CHROMIUM_PATH;
    browser = await chromium.launch({
      args: ["--no-sandbox", "--disable-gpu"],
      ...(executablePath && { executablePath }),
    });
  });
  after(() => browser.close());

  test("has the commands that these tests run, and no other", () => {
    const page = readFileSync(join(import.meta.dirname, "documented.md"), "utf8");
    const [, ...others] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
    assert.deepEqual(others, [
      "npm run dev\nnpm run build && NEXT_MANUAL_SIG_HANDLE=true node_modules/.bin/next start\n",
    ]);
  });

  // One after the other: both tests are the same user.
  describe("next start", { concurrency: 1 }, () => {
    let app: ServerProcess;

    before(async () => {
      app = await startNextApp("start");
    });
    after(async () => {
      assert.equal(await app.stop("SIGTERM"), 0, "instrumentation.ts drains the worker at SIGTERM");
    });

    test("an image develops over a reload, and the first paint of the header shows it", async () => {
      const { page, problems, requests } = await openPage(browser);
      await page.goto(app.url);
      await page.getByLabel("Prompt").fill("A lighthouse in the fog, slow");
      await page.getByRole("button", { name: "Develop" }).click();
      await page.getByRole("progressbar").waitFor();
      await page.getByText("1 developing").waitFor();

      requests.length = 0;
      const connected = page.waitForRequest(/\/events/);
      const response = await page.reload();
      assert.match((await response?.text()) ?? "", /<header>1 developing<\/header>/);
      await connected;
      assert.equal(await page.evaluate(() => Reflect.get(window, "firstHeader")), "1 developing");
      assert.deepEqual(
        requests.filter((path) => path === "/api/generations/active"),
        [],
      );
      await page.getByRole("progressbar").waitFor();

      const image = page.getByRole("img", { name: "A lighthouse in the fog, slow" });
      await image.waitFor({ timeout: 120_000 });
      assert.equal(
        await image.evaluate(async (element) => {
          if (!(element instanceof HTMLImageElement)) return 0;
          await element.decode();
          return element.naturalWidth;
        }),
        512,
      );
      stopClock(installedVersions(["next"], join(import.meta.dirname, "posters")));
      await page.getByRole("button", { name: "Done with it" }).click();
      await image.waitFor({ state: "detached" });
      assert.deepEqual(problems, []);
    });

    test("a submit before hydration is sent after it, and the form is visible", async () => {
      const { page, problems } = await openPage(browser);
      let release = (): void => {};
      const scripts = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route(/\/_next\/static\/.*\.js/, async (route) => {
        await scripts;
        await route.continue();
      });
      await page.goto(app.url, { waitUntil: "commit" });
      await page.getByLabel("Prompt").fill("An early lighthouse");
      const sent = page.waitForRequest((request) => request.method() === "POST");
      await page.getByRole("button", { name: "Develop" }).click();
      release();
      assert.match((await sent).postData() ?? "", /An early lighthouse/);
      const sizes = await page.evaluate(() => {
        const style = (selector: string) => getComputedStyle(document.querySelector(selector) ?? document.body);
        return {
          border: style("input").borderTopWidth,
          background: style("button").backgroundColor,
          heading: Number.parseFloat(style("h1").fontSize),
        };
      });
      assert.equal(sizes.border, "1px");
      assert.notEqual(sizes.background, "rgba(0, 0, 0, 0)");
      assert.ok(sizes.heading > 16);
      await page.getByRole("img").waitFor({ timeout: 120_000 });
      assert.deepEqual(problems, []);
    });
  });

  // A development server compiles everything again: only the long form starts one.
  describe("next dev", { skip: process.env.HOSTS_LONG !== "1" }, () => {
    let app: ServerProcess;

    before(async () => {
      app = await startNextApp("dev");
    });
    after(() => app.stop("SIGTERM"));

    // Only development reports reads of the clock after `headers()` and before `connection()`.
    test("the page has no findings", async () => {
      const { page, problems } = await openPage(browser);
      const connected = page.waitForRequest(/\/events/);
      await page.goto(app.url);
      await connected;
      // Next reports findings after the page: those of the first load are complete after the second.
      await page.reload();
      await page.getByRole("banner").waitFor();
      assert.deepEqual(problems, []);
      assert.doesNotMatch(app.output(), /^\s*(?:⨯|Error:)/m);
    });
  });
});

/** Opens a page that records its errors, its requests, and the first text of its `<header>`. */
async function openPage(browser: Browser) {
  const page: Page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const problems: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      const header = document.querySelector("body > header");
      if (header === null) return;
      Reflect.set(window, "firstHeader", header.textContent);
      observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  return { page, problems, requests };
}
