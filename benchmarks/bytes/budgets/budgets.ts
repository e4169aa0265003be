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

/** All budgets. Limits only go down: raising one needs a decision that replaces decision 32. */
export const budgets: readonly Budget[] = [
  { page: "active-generation", bundler: "Rollup", max: { firstLoad: 5_550, everything: 15_600, inlined: 14_100 } },
  { page: "generate", bundler: "Rollup", max: { firstLoad: 6_900, everything: 20_100, inlined: 17_750 } },
  { page: "hooks", bundler: "Rollup", max: { firstLoad: 8_200, everything: 24_600, inlined: 21_350 } },
  { page: "active-generation", bundler: "Vite", max: { firstLoad: 6_250, everything: 16_350, inlined: 15_750 } },
  { page: "generate", bundler: "Vite", max: { firstLoad: 7_750, everything: 21_000, inlined: 19_500 } },
  { page: "hooks", bundler: "Vite", max: { firstLoad: 9_050, everything: 25_500, inlined: 23_200 } },
  { page: "active-generation", bundler: "Turbopack", max: { firstLoad: 9_450, everything: 26_200, inlined: null } },
  { page: "generate", bundler: "Turbopack", max: { firstLoad: 10_300, everything: 27_050, inlined: null } },
  { page: "hooks", bundler: "Turbopack", max: { firstLoad: 11_050, everything: 27_800, inlined: null } },
  { page: "suspense-hooks", bundler: "Rollup", max: { firstLoad: 6_150, everything: 16_250, inlined: 14_700 } },
  { page: "every-export", bundler: "Rollup", max: { firstLoad: 8_450, everything: 24_900, inlined: 21_650 } },
  { page: "contract", bundler: "Rollup", max: { firstLoad: 1_400, everything: 1_400, inlined: 1_400 } },
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
