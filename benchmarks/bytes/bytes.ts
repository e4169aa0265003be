import type { Benchmark, Findings, Verdict } from "../frame/benchmark.ts";
import { type Absent, compare, isAbsent, type Result } from "../frame/compare.ts";
import { formatKb, formatRatio } from "../frame/format-figures.ts";
import { isInstalled, notInstalled } from "../frame/is-installed.ts";
import { bundlePage } from "./bundle-page.ts";
import { type Page, pages } from "./pages.ts";

/** In bytes after gzip, except for `packages`. */
type Weights = Readonly<Record<Figure | "packages", number>>;

type Figure = "firstLoad" | "everything" | "firstLoadWithQuery" | "everythingWithQuery";

/** The compared figures and their names. */
const figures: readonly (readonly [Figure, string])[] = [
  ["firstLoad", "first load, without react-query"],
  ["everything", "in all, without react-query"],
  ["firstLoadWithQuery", "first load, with react-query"],
  ["everythingWithQuery", "in all, with react-query"],
];

const root = new URL("..", import.meta.url);

/** Bytes that a browser loads for a page. */
export const bytes: Benchmark = {
  name: "bytes",
  title: "Bytes in the browser",
  method:
    "One React page each, which starts an image, follows it and shows it, or the nearest equivalent: AI SDK has a chat, " +
    "UploadThing an upload, Better Auth a session. The pages are in `benchmarks/bytes/entries` and `benchmarks/peers/bytes`. esbuild " +
    "bundles the published packages for browsers: minified, with `NODE_ENV` set to `production`, without React. Code is split. First " +
    "load is the files that load before the page runs, in all is every file, each compressed by gzip at level 9. Both are " +
    "shown without and with TanStack Query. Packages are those with code in the bundle. One round, since the sizes do not vary.",
  run: async () => {
    const results = await compare(
      pages.map((page) => ({ name: page.name, measure: () => weigh(page) })),
      { rounds: 1 },
    );
    return toFindings(results);
  },
};

async function weigh({ entry }: Page): Promise<Weights | Absent> {
  const page = new URL(entry, root);
  if (!isInstalled(page)) return notInstalled;
  const [without, whole] = [await bundlePage(page, { withoutQuery: true }), await bundlePage(page)];
  return {
    packages: whole.packages,
    firstLoad: without.firstLoad,
    everything: without.everything,
    firstLoadWithQuery: whole.firstLoad,
    everythingWithQuery: whole.everything,
  };
}

function toFindings(results: readonly Result<Weights>[]): Findings {
  const ours = results.find(({ name }) => name === pages[0]?.name)?.outcome;
  if (ours === undefined || isAbsent(ours)) throw new Error("Safelight's page was not measured.");
  const peers = results.filter(({ name }) => pages.some((page) => page.name === name && !page.isOurs));
  return {
    columns: ["", "packages", ...figures.map(([, name]) => name), "the last, relative to ours"],
    rows: results.map(({ name, outcome }) =>
      isAbsent(outcome) ? [name, outcome.absent, "–", "–", "–", "–", "–"] : [name, ...cellsOf(outcome, ours)],
    ),
    verdicts: figures.map(([figure, name]) => smallest(name, { figure, ours, peers })),
    notes: [
      "The pages differ in features. Those of Replicate and fal lose the image after a reload, and hold a request open or poll; " +
        "their state is kept by hand in the page, and is counted. Safelight's page shows generations started elsewhere, never sends a " +
        "paid request twice, and shares one stream between the tabs of a browser.",
      "A page that already has TanStack Query adds the sizes in the columns without it.",
    ],
  };
}

function cellsOf(weights: Weights, ours: Weights): string[] {
  const sizes = figures.map(([figure]) => formatKb(weights[figure]));
  return [String(weights.packages), ...sizes, formatRatio(weights.everythingWithQuery / ours.everythingWithQuery)];
}

function smallest(
  name: string,
  {
    figure,
    ours,
    peers,
  }: { readonly figure: Figure; readonly ours: Weights; readonly peers: readonly Result<Weights>[] },
): Verdict {
  const smaller: string[] = [];
  let isAnyMissing = false;
  for (const { name: peer, outcome } of peers) {
    if (isAbsent(outcome)) isAnyMissing = true;
    else if (outcome[figure] <= ours[figure]) smaller.push(`${peer} ${formatKb(outcome[figure])}`);
  }
  return {
    what: `Bytes of a page with \`useGenerate\` and \`useActiveGeneration\`, ${name}`,
    target: "smallest of all",
    measured: [formatKb(ours[figure]), ...smaller].join("; "),
    isMet: smaller.length > 0 ? false : isAnyMissing ? null : true,
  };
}
