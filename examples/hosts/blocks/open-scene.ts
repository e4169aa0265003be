import { after, before } from "node:test";
import type { MockServer } from "@safelight/client/msw";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";
import { type PreviewServer, preview } from "vite";

/** The mock server of a page, as a global of it. */
export type Mock = MockServer<"photo" | "film" | "song">;

/** How to open a page. */
export interface SceneOptions extends BrowserContextOptions {
  /** @default "studio" */
  readonly scene?: "studio" | "parts" | "devtools";
  /** @default "light" */
  readonly theme?: "light" | "dark";
  /** @default "ltr" */
  readonly dir?: "ltr" | "rtl";
  /** Font size of the root, such as "200%". */
  readonly text?: string;
  /** Number of completed generations at the start. @default 0 */
  readonly seed?: number;
  /** `"later"`: the page is HTML of a server, until the test calls its global `hydrate()`. @default "now" */
  readonly hydrate?: "now" | "later";
  /** A request that the mock server refuses the first time, such as "GET /". @default none */
  readonly refused?: string;
}

/** Serves the built page for the tests of one file. Returns a function that opens it in Chromium, by default with reduced motion. */
export function scenes(): (options?: SceneOptions) => Promise<Page> {
  let browser: Browser;
  let server: PreviewServer;
  before(async () => {
    const executablePath = process.env.CHROMIUM_PATH;
    browser = await chromium.launch({
      args: ["--no-sandbox", "--disable-gpu"],
      ...(executablePath && { executablePath }),
    });
    server = await preview({ preview: { host: "127.0.0.1", port: 0 }, logLevel: "error" });
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  return async ({
    scene = "studio",
    theme = "light",
    dir = "ltr",
    text = "100%",
    seed = 0,
    hydrate = "now",
    refused = "",
    ...options
  } = {}) => {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const query = new URLSearchParams({ scene, theme, dir, text, seed: String(seed), hydrate, refused });
    await page.goto(`${server.resolvedUrls?.local[0] ?? ""}?${query}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (scene === "studio" && seed === 0 && hydrate === "now") await page.getByText("Nothing yet").waitFor();
    return page;
  };
}

/** Runs a function in a page, with its mock server and an argument that is JSON. */
export async function drive<Argument, Result>(
  page: Page,
  run: (input: { readonly mock: Mock; readonly argument: Argument }) => Result,
  argument: Argument,
): Promise<Result> {
  // A string is evaluated as an expression in the page, where `mock` is a global.
  return page.evaluate<Result>(`(${run})({ mock, argument: ${JSON.stringify(argument)} })`);
}

/** Queues a generation for each prompt, oldest first, and completes all. Returns their ids. */
export async function complete(page: Page, prompts: readonly string[]): Promise<readonly string[]> {
  const ids = await drive(
    page,
    ({ mock, argument }) =>
      argument.map((prompt) => {
        const { id } = mock.queue("photo", { prompt });
        mock.complete(id);
        return id;
      }),
    prompts,
  );
  for (const prompt of prompts.slice(-20)) await page.getByRole("article", { name: prompt, exact: true }).waitFor();
  return ids;
}

/** One generation in each state, with long and short prompts. */
export async function everyState(page: Page): Promise<void> {
  await drive(
    page,
    ({ mock }) => {
      mock.complete(mock.queue("photo", { prompt: "A lighthouse at dusk over a calm sea, long exposure" }).id);
      mock.complete(mock.queue("photo", { prompt: "Four studies of a vase", count: 4 }).id);
      mock.complete(mock.queue("film", { prompt: "Waves in slow motion" }).id);
      mock.complete(mock.queue("song", { prompt: "A calm piano piece" }).id);
      mock.fail(mock.queue("photo", { prompt: "Donaudampfschifffahrtsgesellschaftskapitänsmütze" }).id);
      mock.fail(mock.queue("photo", { prompt: "A portrait of an actor" }).id, "content_rejected");
      mock.cancel(mock.queue("photo", { prompt: "A bowl of ramen" }).id);
      mock.progress(mock.queue("photo", { prompt: "A desert road" }).id, 0.45, { preview: true, etaMs: 9_000 });
      mock.progress(mock.queue("photo", { prompt: "An old map" }).id, 0.2, { source: "estimate", etaMs: 12_000 });
      mock.queue("photo", { prompt: "A greenhouse in winter" });
    },
    null,
  );
  await page.getByRole("article").nth(9).waitFor();
  await page.getByLabel("Prompt").fill("A red fox in fresh snow");
  await page.getByRole("button", { name: "Generate 4 credits" }).waitFor();
}
