import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright";
import { root } from "../../../scripts/command.ts";
import { launchBrowser } from "./browser.ts";
import { startDemoServer } from "./demo-server.ts";
import { navigateTo, studioOf } from "./studio.ts";

// Takes the screenshots of the README from the real demo: `pnpm --filter ./examples/demo run screenshots`.
const folder = join(root, "docs", "images");
const computer = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };

/** Prompts of the gallery, oldest first. */
const gallery = [
  "A windmill among tulips in spring",
  "A cat on a rooftop, Tokyo at night",
  "Balloons over a golden valley",
  "Jellyfish in the deep",
  "A portrait of the director fail:policy",
  "A sailboat at sunset",
  "An owl in the autumn woods",
  "A castle in the mist",
  "A cactus in the desert at dawn",
  "An astronaut on the moon",
  "A red fox in a snowy forest",
];
const prompt = "A cabin by the lake under the northern lights";

await mkdir(folder, { recursive: true });
await using server = await startDemoServer({ stepMs: 3_000 });
const browser = await launchBrowser();
try {
  await captureComputer();
  await capturePhone();
} finally {
  await browser.close();
}

async function captureComputer(): Promise<void> {
  const page = await openWithGallery(computer);
  const studio = studioOf(page);
  await studio.submit(prompt);
  await waitForProgress(page, 0.72);
  await page.getByRole("button", { name: "Begin from a picture" }).waitFor();
  await waitUntilStill(page);
  await save(page, "studio-developing");
  await studio.image(prompt).waitFor();
  await studio.prompt.blur();
  await waitUntilStill(page);
  await save(page, "studio-done");
  await navigateTo(page, "History");
  await page.setViewportSize({ width: 1120, height: 700 });
  await waitUntilStill(page);
  await save(page, "history");
  await page.context().close();
}

async function capturePhone(): Promise<void> {
  const page = await openWithGallery(phone);
  await studioOf(page).submit(prompt);
  await waitForProgress(page, 0.72);
  await page.getByRole("button", { name: "Begin from a picture" }).waitFor();
  await waitUntilStill(page);
  await save(page, "studio-phone");
  await page.context().close();
}

/** Opens the Studio as a visitor who has already seen the images of the gallery. */
async function openWithGallery(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ ...options, reducedMotion: "no-preference", colorScheme: "dark" });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(server.url);
  for (const [seed, prompt] of gallery.entries()) {
    await page.request.post(`${server.url}/api/generations`, {
      data: { model: "demo", input: { prompt, seed, steps: 1 } },
    });
  }
  await page.goto(`${server.url}/history`);
  await page.waitForFunction(
    (count) => document.querySelectorAll(".frame:is([data-status=completed], [data-status=failed])").length === count,
    gallery.length,
  );
  await navigateTo(page, "Studio");
  await page
    .getByRole("banner")
    .getByRole("button", { name: /Show it in the Studio/ })
    .waitFor({ state: "detached" });
  return page;
}

/** Waits until the provider has reported this share of the work, and its preview is shown. */
async function waitForProgress(page: Page, share: number): Promise<void> {
  for (let isReached = false; !isReached; ) {
    const response = await page.request.get(`${server.url}/api/generations/active`);
    const [generation] = (await response.json()).generations;
    isReached = generation?.progress.source === "provider" && generation.progress.value >= share;
  }
  await page.locator(".sheet [data-loaded=true]").last().waitFor();
}

/** Waits until all images are loaded and no fade is running. */
async function waitUntilStill(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const areLoaded = [...document.images].every((image) => image.complete && image.naturalWidth > 0);
    const isFading = document
      .getAnimations()
      .some(
        ({ effect }) => effect instanceof KeyframeEffect && effect.target?.matches(".sheet *") && !isEndless(effect),
      );
    return areLoaded && !isFading;

    function isEndless(effect: AnimationEffect): boolean {
      return effect.getComputedTiming().iterations === Number.POSITIVE_INFINITY;
    }
  });
}

async function save(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.mouse.move(0, 0);
  await page.screenshot({ path, animations: "allow" });
  console.log(`${name}.png: ${Math.round((await stat(path)).size / 1024)} KB`);
}
