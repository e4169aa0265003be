import type { Page } from "playwright";
import type { Absent } from "../frame/compare.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import type { ServerMoments } from "./host.ts";
import { makeImage } from "./make-image.ts";
import { openChromium } from "./open-chromium.ts";
import { type DrivenPage, type PaintTimes, type PlannedImage, planOf } from "./plan.ts";

/** Options of a page's measurement. */
export interface PageOptions {
  readonly script: string;
  /** Whether `sharp` is installed in the host. */
  readonly makesThumbnails: boolean;
  /** Polling interval; `null` for Safelight's hooks. */
  readonly everyMs: number | null;
  readonly images: number;
  /** Interval between two submits. */
  readonly submitEveryMs: number;
  /** Period over which the ends are spread, in addition to half a second. */
  readonly spreadMs: number;
  readonly round: number;
}

/** From the provider's result, in milliseconds. */
export interface PageFigures {
  readonly [name: string]: number;
  readonly settledP50: number;
  readonly paintedP50: number;
  readonly paintedP90: number;
  readonly paintedMax: number;
  /** A second measure: decoded, plus two frames. */
  readonly framedP50: number;
}

const serverScript = new URL("./server-script.ts", import.meta.url);
const minMs = 500;
const warmUps = 3;
/** The warm-up generations have ended by then, though a poller may not know it yet. */
const warmUpMs = 1_200;

/** Generates images on a new server, with a page in a new Chromium. */
export function measurePage(options: PageOptions): Promise<PageFigures | Absent> {
  const { everyMs, makesThumbnails, images: count, round, script, spreadMs, submitEveryMs } = options;
  return withCleanup(async (defer) => {
    const browser = await openChromium();
    if ("absent" in browser) return browser;
    defer(() => browser.close());
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const server = await startChild(serverScript, { core: 0 });
    defer(() => server.stop());
    const image = await makeImage(browser);
    const port = await server.run<number>("start", { folder: folder.path, image, script, makesThumbnails });
    const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
    await page.goto(`http://127.0.0.1:${port}/${everyMs === null ? "" : `?every=${everyMs}`}`);
    await page.getByText(everyMs === null ? /^live/ : "polling").waitFor();
    const common = { everyMs: submitEveryMs, minMs, round };
    const first = planOf({ ...common, prefix: "warm-up", count: warmUps, fromMs: 0, spreadMs: 0 });
    const plan = planOf({ ...common, prefix: "image", count, fromMs: warmUpMs, spreadMs });
    const paintTimes = await submitAll(page, [...first, ...plan]);
    // The page's script defines it.
    const offset = await page.evaluate(() => (globalThis as unknown as DrivenPage).clockOffset());
    const moments = await server.run<ReadonlyMap<string, ServerMoments>>("moments");
    const since = (to: (name: string) => number | undefined): readonly number[] =>
      plan.map(({ name }) => (to(name) ?? NaN) - (moments.get(name)?.returnedAt ?? NaN));
    const painted = since((name) => (paintTimes[name]?.paintedAt ?? NaN) + offset);
    if (painted.some((ms) => !(ms > 0))) throw new Error("An image was painted before the provider returned it.");
    return {
      settledP50: quantileOf(
        since((name) => moments.get(name)?.settledAt),
        0.5,
      ),
      paintedP50: quantileOf(painted, 0.5),
      paintedP90: quantileOf(painted, 0.9),
      paintedMax: Math.max(...painted),
      framedP50: quantileOf(
        since((name) => (paintTimes[name]?.framedAt ?? NaN) + offset),
        0.5,
      ),
    };
  });
}

function submitAll(page: Page, plan: readonly PlannedImage[]): Promise<Readonly<Record<string, PaintTimes>>> {
  // The page's script defines it.
  return page.evaluate((images) => (globalThis as unknown as DrivenPage).submitAll(images), plan);
}
