import type { Page } from "playwright";
import type { Absent } from "../frame/compare.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import type { ServerMoments } from "./host.ts";
import { makePicture } from "./make-picture.ts";
import { openChromium } from "./open-chromium.ts";
import { type DrivenPage, type PlannedPicture, planOf, type Sighting } from "./plan.ts";

/** How one page is measured. */
export interface PageOptions {
  readonly script: string;
  /** Whether the host has installed `sharp`. */
  readonly makesThumbnails: boolean;
  /** `null`: it follows by Safelight's hooks. */
  readonly everyMs: number | null;
  readonly pictures: number;
  /** From one submit to the next. */
  readonly submitEveryMs: number;
  /** Over how long ends are spread, beyond half a second. */
  readonly spreadMs: number;
  readonly round: number;
}

/** From the provider's answer, in milliseconds. */
export interface PageFigures {
  readonly [name: string]: number;
  readonly settledP50: number;
  readonly paintedP50: number;
  readonly paintedP90: number;
  readonly paintedMost: number;
  /** The same by another measure: decoded, and two frames more. */
  readonly framedP50: number;
}

const serverScript = new URL("./server-script.ts", import.meta.url);
const leastMs = 500;
const warmUps = 3;
/** They have ended by then, though whoever polls may not know. */
const warmUpMs = 1_200;

/** Has pictures developed in a new Chromium at a new server. */
export function measurePage(options: PageOptions): Promise<PageFigures | Absent> {
  const { everyMs, makesThumbnails, pictures: count, round, script, spreadMs, submitEveryMs } = options;
  return withCleanup(async (defer) => {
    const browser = await openChromium();
    if ("absent" in browser) return browser;
    defer(() => browser.close());
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const server = await startChild(serverScript, { core: 0 });
    defer(() => server.stop());
    const picture = await makePicture(browser);
    const port = await server.ask<number>("start", { folder: folder.path, picture, script, makesThumbnails });
    const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
    await page.goto(`http://127.0.0.1:${port}/${everyMs === null ? "" : `?every=${everyMs}`}`);
    await page.getByText(everyMs === null ? /^live/ : "polling").waitFor();
    const common = { everyMs: submitEveryMs, leastMs, round };
    const first = planOf({ ...common, prefix: "warm-up", count: warmUps, fromMs: 0, spreadMs: 0 });
    const plan = planOf({ ...common, prefix: "picture", count, fromMs: warmUpMs, spreadMs });
    const sightings = await develop(page, [...first, ...plan]);
    // The page's script put it there.
    const offset = await page.evaluate(() => (globalThis as unknown as DrivenPage).clockOffset());
    const moments = await server.ask<ReadonlyMap<string, ServerMoments>>("moments");
    const since = (to: (name: string) => number | undefined): readonly number[] =>
      plan.map(({ name }) => (to(name) ?? NaN) - (moments.get(name)?.answeredAt ?? NaN));
    const painted = since((name) => (sightings[name]?.paintedAt ?? NaN) + offset);
    if (painted.some((ms) => !(ms > 0))) throw new Error("A picture was painted before it was there.");
    return {
      settledP50: quantileOf(
        since((name) => moments.get(name)?.settledAt),
        0.5,
      ),
      paintedP50: quantileOf(painted, 0.5),
      paintedP90: quantileOf(painted, 0.9),
      paintedMost: Math.max(...painted),
      framedP50: quantileOf(
        since((name) => (sightings[name]?.framedAt ?? NaN) + offset),
        0.5,
      ),
    };
  });
}

function develop(page: Page, plan: readonly PlannedPicture[]): Promise<Readonly<Record<string, Sighting>>> {
  // The page's script put it there.
  return page.evaluate((pictures) => (globalThis as unknown as DrivenPage).develop(pictures), plan);
}
