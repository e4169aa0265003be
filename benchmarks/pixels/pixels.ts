import type { Benchmark, Findings, Size, Verdict } from "../frame/benchmark.ts";
import { compare, isAbsent, type Result } from "../frame/compare.ts";
import { isAtMost } from "../frame/is-met.ts";
import { inMs, inTimes } from "../frame/words.ts";
import { bundlePage } from "./bundle-page.ts";
import { measurePage, type PageFigures } from "./measure-page.ts";

interface PixelsSize {
  readonly pictures: number;
  readonly rounds: number;
  /** Of the pollers. */
  readonly intervalsMs: readonly number[];
}

const sizes: Readonly<Record<Size, PixelsSize>> = {
  full: { pictures: 14, rounds: 3, intervalsMs: [500, 2_000, 5_000] },
  short: { pictures: 3, rounds: 1, intervalsMs: [100, 400] },
};
const submitEveryMs = 150;
/** Where there is no interval. */
const ownSpreadMs = 500;
const mostMs = 50;

const ours = "Safelight's hooks";
const oursWithSharp = "the same, with thumbnails by `sharp`";

/** How soon a picture that its provider has is in front of the user. */
export const pixels: Benchmark = {
  name: "pixels",
  title: "From the provider's answer to pixels",
  method: `A page in Chromium (React, TanStack Query, bundled for production) submits 14 generations, 150 ms from one to the next, and
shows each picture when it is there: a JPEG of 1,024 pixels on each side. Timed is from the moment at which the provider's function
returns the picture, in the process of the server, to the moment at which the frame that shows it is on the screen, as the browser
says (element timing, \`renderTime\`). In between the server measures, hashes and stores the picture, commits the end, and the page
learns of it, loads and decodes the picture and paints it. Where the host has installed \`sharp\`, thumbnail and placeholder are made
before the commit: that is a row of its own, and all others go without. The page is
the same but for how it learns of the end: Safelight's \`useGenerate\`, or \`useQuery\` on \`GET /:id\` with a \`refetchInterval\` of 500 ms (the
default of fal's client), 2 or 5 s (what templates use) that stops at the end. How long each generation takes is spread evenly over an
interval, so that ends fall on all of its moments alike. Server on core 0, Chromium where there is room; three pictures before, which are
not timed; the difference of the two clocks is measured and taken out. Three rounds, each with a new server, database and Chromium.`,
  run,
};

async function run(size: Size): Promise<Findings> {
  const { intervalsMs, pictures, rounds } = sizes[size];
  const script = await bundlePage();
  const contender = (name: string, everyMs: number | null, makesThumbnails = false) => {
    let round = 0;
    return {
      name,
      measure: () =>
        measurePage({
          script,
          everyMs,
          makesThumbnails,
          pictures,
          submitEveryMs,
          spreadMs: everyMs ?? ownSpreadMs,
          round: round++,
        }),
    };
  };
  const pollers = intervalsMs.map((everyMs) =>
    contender(`polling every ${everyMs.toLocaleString("en-US")} ms`, everyMs),
  );
  const results = await compare<PageFigures>(
    [contender(ours, null), contender(oursWithSharp, null, true), ...pollers],
    { rounds },
  );
  const p50Of = (name: string): number => {
    const outcome = results.find((result) => result.name === name)?.outcome;
    return outcome === undefined || isAbsent(outcome) ? NaN : outcome.paintedP50;
  };
  const verdictOf = (name: string, what: string): Verdict => {
    const p50 = p50Of(name);
    return { what, target: `p50 ≤ ${mostMs} ms`, measured: inMs(p50), isMet: isAtMost(p50, mostMs) };
  };
  return {
    columns: [
      "how the page learns of it",
      "until committed",
      "painted p50",
      "p90",
      "most",
      "ratio",
      "decoded and two frames, p50",
    ],
    rows: results.map((result) => rowOf(result, p50Of(ours))),
    verdicts: [
      verdictOf(ours, "end at the provider → pixels, in Chromium"),
      verdictOf(oursWithSharp, "the same, where thumbnails are made"),
    ],
  };
}

function rowOf({ name, outcome }: Result<PageFigures>, ownP50: number): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–", "–", "–"];
  const { framedP50, paintedMost, paintedP50, paintedP90, settledP50 } = outcome;
  return [
    name,
    inMs(settledP50),
    inMs(paintedP50),
    inMs(paintedP90),
    inMs(paintedMost),
    inTimes(paintedP50 / ownP50),
    inMs(framedP50),
  ];
}
