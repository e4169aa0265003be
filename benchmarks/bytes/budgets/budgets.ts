import type { PageSize } from "./page-size.ts";

/** A bundler with which hosts build their pages. */
export type Bundler = "Rollup" | "Vite" | "Turbopack";

/** Maximum sizes of a page. */
export interface Budget {
  /** Name of a file in `pages`. */
  readonly page: string;
  readonly bundler: Bundler;
  readonly max: PageSize;
}

/** A budget and the measured sizes. */
export interface MeasuredPage {
  readonly budget: Budget;
  readonly size: PageSize;
}

/** All budgets. Limits only go down: raising one needs an entry in decision 32. */
export const budgets: readonly Budget[] = [
  { page: "active-generation", bundler: "Rollup", max: { firstLoad: 5_920, everything: 16_430, inlined: 14_730 } },
  { page: "generate", bundler: "Rollup", max: { firstLoad: 7_320, everything: 20_900, inlined: 18_490 } },
  { page: "hooks", bundler: "Rollup", max: { firstLoad: 8_600, everything: 25_610, inlined: 22_090 } },
  { page: "active-generation", bundler: "Vite", max: { firstLoad: 6_730, everything: 17_270, inlined: 16_460 } },
  { page: "generate", bundler: "Vite", max: { firstLoad: 8_140, everything: 21_780, inlined: 20_250 } },
  { page: "hooks", bundler: "Vite", max: { firstLoad: 9_480, everything: 26_480, inlined: 24_040 } },
  { page: "active-generation", bundler: "Turbopack", max: { firstLoad: 9_900, everything: 27_250, inlined: null } },
  { page: "generate", bundler: "Turbopack", max: { firstLoad: 10_700, everything: 28_100, inlined: null } },
  { page: "hooks", bundler: "Turbopack", max: { firstLoad: 11_500, everything: 28_900, inlined: null } },
  { page: "suspense-hooks", bundler: "Rollup", max: { firstLoad: 6_570, everything: 17_100, inlined: 15_400 } },
  { page: "every-export", bundler: "Rollup", max: { firstLoad: 8_880, everything: 25_900, inlined: 22_350 } },
  { page: "contract", bundler: "Rollup", max: { firstLoad: 1_550, everything: 1_550, inlined: 1_550 } },
];

/** The sizes of a page that exceed its budget, as texts: `"first load"`. */
export function exceededSizes({ budget: { max }, size }: MeasuredPage): readonly string[] {
  return sizeNames.filter(([key]) => (size[key] ?? 0) > (max[key] ?? Number.POSITIVE_INFINITY)).map(([, name]) => name);
}

/** The cells of one row: the page, the bundler, and each size with its limit. */
export function cellsOf({ budget: { page, bundler, max }, size }: MeasuredPage): readonly string[] {
  const kB = (bytes: number) => (bytes / 1_000).toFixed(2);
  const cells = sizeNames.map(([key]) => {
    const [bytes, limit] = [size[key], max[key]];
    return bytes === null || limit === null ? "–" : `${kB(bytes)} of ${kB(limit)} kB`;
  });
  return [page, bundler, ...cells];
}

const sizeNames = [
  ["firstLoad", "first load"],
  ["everything", "in all"],
  ["inlined", "in one file"],
] as const;

/** Headings of the cells. */
export const columns: readonly string[] = ["page", "bundler", ...sizeNames.map(([, name]) => name)];
