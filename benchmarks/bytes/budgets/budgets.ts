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

/** All budgets. Limits only go down: raising one needs a decision that replaces decision 11. */
export const budgets: readonly Budget[] = [
  { page: "active-generation", bundler: "Rollup", max: { firstLoad: 11_950, everything: 13_400, inlined: 13_250 } },
  { page: "generate", bundler: "Rollup", max: { firstLoad: 14_250, everything: 15_700, inlined: 15_550 } },
  { page: "hooks", bundler: "Rollup", max: { firstLoad: 17_300, everything: 18_700, inlined: 18_600 } },
  { page: "active-generation", bundler: "Vite", max: { firstLoad: 12_700, everything: 14_150, inlined: 14_100 } },
  { page: "generate", bundler: "Vite", max: { firstLoad: 15_000, everything: 16_450, inlined: 16_400 } },
  { page: "hooks", bundler: "Vite", max: { firstLoad: 18_000, everything: 19_450, inlined: 19_400 } },
  { page: "active-generation", bundler: "Turbopack", max: { firstLoad: 11_950, everything: 13_400, inlined: null } },
  { page: "generate", bundler: "Turbopack", max: { firstLoad: 14_350, everything: 15_800, inlined: null } },
  { page: "hooks", bundler: "Turbopack", max: { firstLoad: 17_400, everything: 18_850, inlined: null } },
  { page: "suspense-hooks", bundler: "Rollup", max: { firstLoad: 12_600, everything: 14_000, inlined: 13_850 } },
  { page: "every-export", bundler: "Rollup", max: { firstLoad: 17_500, everything: 18_900, inlined: 18_800 } },
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
