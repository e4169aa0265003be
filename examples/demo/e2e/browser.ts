import type { TestContext } from "node:test";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  chromium,
  type Page,
} from "playwright";
import { findChromium } from "../../../scripts/find-chromium.ts";

/** What Chromium is started with wherever it is started. */
export const flags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The variable with the address of the run's browser. */
export const browserVariable = "SAFELIGHT_E2E_BROWSER";

/** Starts this machine's own Chromium for every file of a run; `null` where there is none. Each test has a context of its own. */
export async function serveBrowser(): Promise<BrowserServer | null> {
  const executablePath = findChromium(process.env);
  return executablePath === null ? null : chromium.launchServer({ executablePath, args: [...flags] });
}

/** Connects to the browser of the run, or starts this machine's own Chromium. */
export function launchBrowser(): Promise<Browser> {
  const endpoint = process.env[browserVariable];
  if (endpoint !== undefined) return chromium.connect(endpoint);
  const executablePath = findChromium(process.env);
  if (executablePath === null) throw new Error("no Chromium was found: install one, or set CHROMIUM_PATH");
  return chromium.launch({ executablePath, args: [...flags] });
}

/**
 * A browser without a history of its own, gone with the test. Nothing moves in it unless `reducedMotion` is
 * `no-preference`: without a graphics card, moving pages take most of the processor's time.
 */
export async function newContext(
  test: TestContext,
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  test.after(() => context.close());
  return context;
}

/** A page, and what went wrong in it that nobody may see: exceptions, and what its own policy blocked. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Opens a page in a context and listens for what goes wrong in it. */
export async function openPage(context: BrowserContext, url: string): Promise<WatchedPage> {
  return openIn(await context.newPage(), url);
}

/** Opens it in a page that is there already. */
export async function openIn(page: Page, url: string): Promise<WatchedPage> {
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
