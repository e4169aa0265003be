import type { TestContext } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";

/** Starts the Chromium of `CHROMIUM_PATH`, else the one that `npx playwright install chromium` has brought. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  return chromium.launch({ args: ["--no-sandbox", "--disable-gpu"], ...(executablePath && { executablePath }) });
}

/** What a test looks at. */
export interface OpenedPage {
  readonly page: Page;
  /** What went wrong in it that no visitor may see, such as HTML that does not fit what is hydrated. */
  readonly problems: readonly string[];
  /** Paths and queries of what it asked the API for, in order. */
  readonly asked: readonly string[];
}

/** Opens a page as a visitor of its own, or as the one of `storageState`; all of it goes away with the test. */
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
  const asked: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith("/api/")) asked.push(`${request.method()} ${pathname}${search}`);
  });
  await page.goto(url);
  return { page, problems, asked };
}
