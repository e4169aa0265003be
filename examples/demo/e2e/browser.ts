import type { TestContext } from "node:test";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  chromium,
  type Page,
} from "playwright";
import { findHeadlessChromium } from "../../../scripts/find-chromium.ts";

/** Command-line flags of every Chromium that the tests start. */
export const flags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Timeout of each wait, in milliseconds: a slow machine needs seconds, so only a page that hangs reaches it. */
const defaultTimeoutMs = 120_000;

/** Environment variable with the WebSocket endpoint of the run's shared browser. */
export const browserVariable = "SAFELIGHT_E2E_BROWSER";

/** Starts the installed Chromium for all files of a run; `null` if none is installed. Each test has its own context. */
export async function serveBrowser(): Promise<BrowserServer | null> {
  const executablePath = findHeadlessChromium(process.env);
  return executablePath === null ? null : chromium.launchServer({ executablePath, args: [...flags] });
}

/** Connects to the run's shared browser, or starts the installed Chromium. */
export function launchBrowser(): Promise<Browser> {
  const endpoint = process.env[browserVariable];
  if (endpoint !== undefined) return chromium.connect(endpoint);
  const executablePath = findHeadlessChromium(process.env);
  if (executablePath === null) throw new Error("Chromium not found: install it, or set CHROMIUM_PATH");
  return chromium.launch({ executablePath, args: [...flags] });
}

/** Options of a new context. */
export interface ContextOptions extends BrowserContextOptions {
  readonly browser: Browser;
}

/**
 * Creates a browser context, which is closed after the test. Animations are off by default: without a graphics card, they
 * use most of the processor's time.
 */
export async function newContext(test: TestContext, { browser, ...options }: ContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(defaultTimeoutMs);
  await context.addInitScript(chooseSmallImages);
  await context.addInitScript(removeEffects);
  test.after(() => context.close());
  return context;
}

/** Selects 256 pixels in the draft of a new tab: the vendor draws the image and its previews in a quarter of the time. */
function chooseSmallImages(): void {
  // A blank page has no storage.
  if (location.protocol !== "http:" || sessionStorage.getItem("safelight-demo:draft") !== null) return;
  sessionStorage.setItem("safelight-demo:draft", JSON.stringify({ size: 256 }));
}

/**
 * Removes the effects that blend the whole page or sheet in each frame, which without a graphics card need most of a core: the
 * grain over the page, the blur under the header, and the endless animation of a developing sheet.
 */
function removeEffects(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    body::after { display: none !important; }
    * { backdrop-filter: none !important; }
    .sheet-liquid { animation: none !important; }`);
  document.adoptedStyleSheets.push(sheet);
}

/** Creates a context with animations, as most users have: an element is removed only after its exit animation. */
export function newAnimatedContext(test: TestContext, options: ContextOptions): Promise<BrowserContext> {
  return newContext(test, { reducedMotion: "no-preference", ...options });
}

/** A page and its silent problems: uncaught exceptions and violations of its content policy. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Opens a URL in a new page and records its problems. */
export async function openPage(context: BrowserContext, url: string): Promise<WatchedPage> {
  return openIn(await context.newPage(), url);
}

/** Opens a URL in an existing page and records its problems. */
export async function openIn(page: Page, url: string): Promise<WatchedPage> {
  page.setDefaultTimeout(defaultTimeoutMs);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
