import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright";
import { startServer, startVite } from "./app-process.ts";
import { stopClock } from "./quick-start.ts";
import { installedVersions } from "./smoke-record.ts";
import type { ServerProcess } from "./start-process.ts";

describe("a fresh Vite app with the documented files", () => {
  let browser: Browser;
  let server: ServerProcess;

  before(async () => {
    const executablePath = process.env.CHROMIUM_PATH;
    browser = await chromium.launch({
      args: ["--no-sandbox", "--disable-gpu"],
      ...(executablePath && { executablePath }),
    });
    server = await startServer();
  });
  after(async () => {
    await browser.close();
    assert.equal(await server.stop("SIGTERM"), 0, "server.ts drains the worker at SIGTERM");
  });

  test("has the commands that these tests run, and no other", () => {
    const page = readFileSync(join(import.meta.dirname, "documented.md"), "utf8");
    const [, development = "", , ...others] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
    assert.match(development, /^node --watch server\/server\.ts .*\nnpm run dev .*\n$/);
    assert.deepEqual(others, []);
  });

  test("keeps the types of Node out of the page's configuration", () => {
    const config = readFileSync(join(import.meta.dirname, "posters", "tsconfig.app.json"), "utf8");
    assert.match(config, /"types": \["vite\/client"\]/);
  });

  test("an image develops over a reload of the built page", async () => {
    const { page, problems } = await openPage(browser, server.url);
    await submit(page, "A lighthouse in the fog, slow");
    await page.reload();
    await page.getByText("1 developing").waitFor();
    await page.getByRole("progressbar").waitFor();
    await seeImage(page, "A lighthouse in the fog, slow");
    stopClock(installedVersions(["vite", "hono"], join(import.meta.dirname, "posters")));
    assert.deepEqual(problems, []);
  });

  test("an image develops on Vite's development server", async () => {
    const vite = await startVite(server);
    try {
      const { page, problems } = await openPage(browser, vite.url);
      await submit(page, "A red fox");
      await seeImage(page, "A red fox");
      assert.deepEqual(problems, []);
    } finally {
      await vite.stop("SIGTERM");
    }
  });
});

/** Opens a page that records its errors. */
async function openPage(browser: Browser, url: string) {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(url);
  return { page, problems };
}

async function submit(page: Page, prompt: string): Promise<void> {
  await page.getByLabel("Prompt").fill(prompt);
  await page.getByRole("button", { name: "Develop" }).click();
  await page.getByText("1 developing").waitFor();
}

/** Waits for the image, loads it, and marks it as seen. */
async function seeImage(page: Page, prompt: string): Promise<void> {
  const image = page.getByRole("img", { name: prompt });
  await image.waitFor({ timeout: 120_000 });
  const width = await image.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) return 0;
    await element.decode();
    return element.naturalWidth;
  });
  assert.equal(width, 512);
  await page.getByRole("button", { name: "Done with it" }).click();
  await image.waitFor({ state: "detached" });
}
