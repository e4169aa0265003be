import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright";
import { violationsOf } from "../../examples/demo/e2e/axe.ts";
import { findHeadlessChromium } from "../../scripts/find-chromium.ts";
import { serveSite } from "./serve-site.ts";

const executablePath = findHeadlessChromium(process.env);

describe("the site", { skip: executablePath === null ? "could not find Chromium" : false }, () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveSite>>;

  before(async () => {
    site = await serveSite();
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox", "--disable-gpu"] });
  });
  after(async () => {
    await browser.close();
    site.close();
  });

  /** A page that records its errors, requests of other origins included. */
  async function open(path: string, width: number): Promise<{ readonly page: Page; readonly problems: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(site.url) && !/^(data|blob):/.test(request.url())) problems.push(request.url());
    });
    await page.goto(`${site.url}${path}`, { waitUntil: "networkidle" });
    return { page, problems };
  }

  test("the live demo continues after a reload in the middle, and charges once", async () => {
    const { page, problems } = await open("/", 1440);
    await page.getByText("20 credits").waitFor();
    await page.getByRole("button", { name: "Develop · 4 credits" }).click();
    await page.getByText("1 developing").waitFor();
    await page.getByRole("button", { name: "Reload me in the middle" }).click();
    await page.getByRole("button", { name: "Take it out of the tray" }).waitFor();
    await page.getByText("16 credits").waitFor();
    const history = page.getByRole("list", { name: "History" });
    await history.getByRole("img", { name: "a lighthouse at dusk" }).waitFor();
    assert.equal(await history.getByRole("listitem").count(), 1);
    assert.deepEqual(problems, []);
    await page.context().close();
  });

  test("finds a page by its text", async () => {
    const { page } = await open("/", 1440);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByPlaceholder("Search").fill("refund policies");
    await page.getByRole("option").first().waitFor();
    await page.context().close();
  });

  for (const width of [390, 1440]) {
    for (const path of [
      "/",
      "/generations",
      "/errors",
      "/failures/outcome_unknown",
      "/setup/secret_missing",
      "/doctor/stream-blocked",
      "/frameworks",
      "/reference/@safelight/server/fal",
    ]) {
      test(`${path} fits ${width} pixels, without an error`, async () => {
        const { page, problems } = await open(path, width);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${overflow} pixels too wide`);
        assert.deepEqual(problems, []);
        await page.context().close();
      });
    }

    // The theme changes colors only: in the dark one, axe checks the contrast alone.
    for (const path of ["/", "/generations", "/errors"]) {
      test(`axe finds nothing on ${path} at ${width} pixels, in both themes`, async () => {
        const { page } = await open(path, width);
        assert.deepEqual(await violationsOf(page), []);
        await page.emulateMedia({ colorScheme: "dark" });
        await page.locator("html.dark").waitFor();
        await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
        assert.deepEqual(await violationsOf(page, ["color-contrast"]), []);
        await page.context().close();
      });
    }
  }
});
