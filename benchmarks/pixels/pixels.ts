import type { Benchmark, Findings, Size, Verdict } from "../frame/benchmark.ts";
import { compare, isAbsent, type Result } from "../frame/compare.ts";
import { formatMs, formatRatio } from "../frame/format-figures.ts";
import { isAtMost } from "../frame/is-met.ts";
import { bundlePage } from "./bundle-page.ts";
import { measurePage, type PageFigures } from "./measure-page.ts";

interface PixelsSize {
  readonly images: number;
  readonly rounds: number;
  /** Intervals of the pollers. */
  readonly intervalsMs: readonly number[];
}

const sizes: Readonly<Record<Size, PixelsSize>> = {
  full: { images: 14, rounds: 3, intervalsMs: [500, 2_000, 5_000] },
  short: { images: 3, rounds: 1, intervalsMs: [100, 400] },
};
const submitEveryMs = 150;
/** Period for the hooks, which have no interval. */
const ownSpreadMs = 500;
const maxP50Ms = 50;

const ours = "Safelight's hooks";
const oursWithSharp = "the same, with thumbnails by `sharp`";

/** Time from the provider's result until the user sees the image. */
export const pixels: Benchmark = {
  name: "pixels",
  title: "From the provider's result to pixels",
  method: `A page in Chromium (React, TanStack Query, bundled for production) submits 14 generations at intervals of 150 ms, and
shows each image when it is available: a JPEG of 1,024 × 1,024 pixels. The time runs from the return of the provider's function
in the server's process to the frame that shows the image, as reported by the browser (element timing, \`renderTime\`). In between the
server measures, hashes and stores the image and commits the end, and the page
receives the end, loads and decodes the image and paints it. A host with \`sharp\` makes the thumbnail and the placeholder
before the commit: that is a separate row, and all others do without. The page
differs only in how it learns of the end: by Safelight's \`useGenerate\`, or by \`useQuery\` on \`GET /:id\` with a \`refetchInterval\` of 500 ms
(the default of fal's client), 2 or 5 s (common in templates) that stops at the end. The durations of the generations are spread evenly over
an interval. The server runs on core 0, Chromium on any core; three images beforehand are
not measured, and the offset between the two clocks is measured and subtracted. Three rounds, each with a new server, database and Chromium.`,
  run,
};

async function run(size: Size): Promise<Findings> {
  const { intervalsMs, images, rounds } = sizes[size];
  const script = await bundlePage();
  const contender = (
    name: string,
    {
      everyMs,
      makesThumbnails = false,
    }: { readonly everyMs: number | null; readonly makesThumbnails?: boolean | undefined },
  ) => {
    let round = 0;
    return {
      name,
      measure: () =>
        measurePage({
          script,
          everyMs,
          makesThumbnails,
          images,
          submitEveryMs,
          spreadMs: everyMs ?? ownSpreadMs,
          round: round++,
        }),
    };
  };
  const pollers = intervalsMs.map((everyMs) =>
    contender(`polling every ${everyMs.toLocaleString("en-US")} ms`, { everyMs }),
  );
  const results = await compare<PageFigures>(
    [
      contender(ours, { everyMs: null }),
      contender(oursWithSharp, { everyMs: null, makesThumbnails: true }),
      ...pollers,
    ],
    { rounds },
  );
  const p50Of = (name: string): number => {
    const outcome = results.find((result) => result.name === name)?.outcome;
    return outcome === undefined || isAbsent(outcome) ? NaN : outcome.paintedP50;
  };
  const verdictOf = (name: string, what: string): Verdict => {
    const p50 = p50Of(name);
    return { what, target: `p50 ≤ ${maxP50Ms} ms`, measured: formatMs(p50), isMet: isAtMost(p50, maxP50Ms) };
  };
  return {
    columns: [
      "source of the end",
      "until committed",
      "painted p50",
      "p90",
      "max",
      "ratio",
      "decoded plus two frames, p50",
    ],
    rows: results.map((result) => rowOf(result, p50Of(ours))),
    verdicts: [
      verdictOf(ours, "provider's result → pixels, in Chromium"),
      verdictOf(oursWithSharp, "the same with thumbnails"),
    ],
  };
}

function rowOf({ name, outcome }: Result<PageFigures>, ownP50: number): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–", "–", "–"];
  const { framedP50, paintedMax, paintedP50, paintedP90, settledP50 } = outcome;
  return [
    name,
    formatMs(settledP50),
    formatMs(paintedP50),
    formatMs(paintedP90),
    formatMs(paintedMax),
    formatRatio(paintedP50 / ownP50),
    formatMs(framedP50),
  ];
}
