import type { TestContext } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";

/** Starts the Chromium of `CHROMIUM_PATH`, or the one that `npx playwright install chromium` installed. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  return chromium.launch({ args: ["--no-sandbox", "--disable-gpu"], ...(executablePath && { executablePath }) });
}

/** A page under test. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of the page, such as a hydration mismatch. */
  readonly problems: readonly string[];
  /** Requests to the API with path and query, in order. */
  readonly requests: readonly string[];
}

/** Opens a page as a new visitor, or as the one of `storageState`; closes it with the test. */
export async function openPage(
  test: TestContext,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  test.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith("/api/")) requests.push(`${request.method()} ${pathname}${search}`);
  });
  await page.goto(url);
  return { page, problems, requests };
}
