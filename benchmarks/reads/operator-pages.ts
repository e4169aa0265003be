/** A page of the operator that the benchmark requests. */
export interface MeasuredPage {
  readonly name: string;
  /** Path and query below the mount. */
  readonly path: string;
  /** Max p99 in milliseconds; `null` without a target. */
  readonly maxMs: number | null;
}

export const operatorMount = "/admin";

/** Overview and lists have targets, as they are open all day. The others read up to `scanLimit` rows of a span of time. */
export const operatorPages = {
  overview: { name: "operator: overview", path: "/", maxMs: 300 },
  list: { name: "operator: list", path: "/generations", maxMs: 100 },
  failedList: { name: "operator: list, `status:failed`", path: "/generations?q=status:failed", maxMs: 100 },
  ownerList: { name: "operator: list, `owner:heavy`", path: "/generations?q=owner:heavy", maxMs: 100 },
  stuckList: { name: "operator: list, `is:stuck`", path: "/generations?q=is:stuck", maxMs: 100 },
  vendors: { name: "operator: vendors", path: "/vendors", maxMs: null },
  money: { name: "operator: money", path: "/money", maxMs: null },
} as const satisfies Readonly<Record<string, MeasuredPage>>;

export type OperatorPage = keyof typeof operatorPages;
