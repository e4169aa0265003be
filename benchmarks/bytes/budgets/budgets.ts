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
  { page: "active-generation", bundler: "Rollup", max: { firstLoad: 5_650, everything: 16_700, inlined: 15_050 } },
  { page: "generate", bundler: "Rollup", max: { firstLoad: 7_050, everything: 21_200, inlined: 18_800 } },
  { page: "hooks", bundler: "Rollup", max: { firstLoad: 8_100, everything: 23_260, inlined: 20_500 } },
  { page: "active-generation", bundler: "Vite", max: { firstLoad: 6_450, everything: 17_600, inlined: 16_800 } },
  { page: "generate", bundler: "Vite", max: { firstLoad: 7_900, everything: 22_100, inlined: 20_650 } },
  { page: "hooks", bundler: "Vite", max: { firstLoad: 8_950, everything: 24_150, inlined: 22_400 } },
  { page: "active-generation", bundler: "Turbopack", max: { firstLoad: 7_950, everything: 18_900, inlined: null } },
  { page: "generate", bundler: "Turbopack", max: { firstLoad: 9_750, everything: 23_950, inlined: null } },
  { page: "hooks", bundler: "Turbopack", max: { firstLoad: 10_850, everything: 26_100, inlined: null } },
  { page: "suspense-hooks", bundler: "Rollup", max: { firstLoad: 6_350, everything: 17_400, inlined: 15_750 } },
  { page: "every-export", bundler: "Rollup", max: { firstLoad: 9_050, everything: 26_350, inlined: 22_850 } },
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
