import type { Benchmark, Findings, Verdict } from "../frame/benchmark.ts";
import { type Absent, compare, isAbsent, type Result } from "../frame/compare.ts";
import { isInstalled, notInstalled } from "../frame/is-installed.ts";
import { inKb, inTimes } from "../frame/words.ts";
import { bundlePage } from "./bundle-page.ts";
import { type Page, pages } from "./pages.ts";

/** In bytes after gzip, but for `packages`. */
type Weights = {
  readonly withoutQuery: number;
  readonly withQuery: number;
  readonly firstLoad: number;
  readonly everything: number;
  readonly packages: number;
};

const root = new URL("..", import.meta.url);

/** What a browser loads for a page. */
export const bytes: Benchmark = {
  name: "bytes",
  title: "Bytes in the browser",
  method:
    "One page each, in React, that starts a picture, follows it and shows it, or what comes nearest to that: AI SDK has a chat, " +
    "UploadThing an upload, Better Auth a session. They are in `benchmarks/bytes/entries` and `benchmarks/peers/bytes`. esbuild " +
    "bundles each for browsers from what is published: minified, `NODE_ENV` being `production`, React left out. Counted is gzip " +
    "at level 9: of one file, without TanStack Query and with it, and, where late imports lie in files of their own, of what is " +
    "loaded before the page runs (with TanStack Query) and of all files. Packages are those whose code is in the bundle. Counted once, as it is the same each time.",
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
  const { everything, firstLoad, gzip, packages } = whole;
  return { withoutQuery: without.gzip, withQuery: gzip, firstLoad, everything, packages };
}

function toFindings(results: readonly Result<Weights>[]): Findings {
  const ours = results.find(({ name }) => name === pages[0]?.name)?.outcome;
  if (ours === undefined || isAbsent(ours)) throw new Error("Safelight's own page was not measured.");
  const peers = results.filter(({ name }) => pages.some((page) => page.name === name && !page.isOurs));
  return {
    columns: [
      "",
      "packages",
      "gzip, without react-query",
      "with it",
      "first load",
      "all files when split",
      "with it, to ours",
    ],
    rows: results.map(({ name, outcome }) =>
      isAbsent(outcome) ? [name, outcome.absent, "–", "–", "–", "–", "–"] : [name, ...cellsOf(outcome, ours)],
    ),
    verdicts: [
      smallest("without react-query", "withoutQuery", ours, peers),
      smallest("with react-query", "withQuery", ours, peers),
    ],
    notes: [
      "The pages do not do the same. Those of Replicate and fal know nothing of a picture after a reload, and hold one request or ask " +
        "again and again; their state is kept by hand in the page, and is counted. Safelight's shows what was begun elsewhere, sends " +
        "nothing twice, and shares one stream between the pages of a browser.",
      "Who has TanStack Query in the page already adds what stands in the column without it.",
    ],
  };
}

function cellsOf({ everything, firstLoad, packages, withQuery, withoutQuery }: Weights, ours: Weights): string[] {
  const sizes = [withoutQuery, withQuery, firstLoad, everything].map(inKb);
  return [String(packages), ...sizes, inTimes(withQuery / ours.withQuery)];
}

function smallest(
  how: string,
  figure: "withQuery" | "withoutQuery",
  ours: Weights,
  peers: readonly Result<Weights>[],
): Verdict {
  const smaller: string[] = [];
  let isAnyoneMissing = false;
  for (const { name, outcome } of peers) {
    if (isAbsent(outcome)) isAnyoneMissing = true;
    else if (outcome[figure] <= ours[figure]) smaller.push(`${name} ${inKb(outcome[figure])}`);
  }
  return {
    what: `Bytes of a page with \`useGenerate\` and \`useActiveGeneration\`, ${how}`,
    target: "smallest of all",
    measured: [inKb(ours[figure]), ...smaller].join("; "),
    isMet: smaller.length > 0 ? false : isAnyoneMissing ? null : true,
  };
}
