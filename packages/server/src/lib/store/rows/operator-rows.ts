import type { GenerationState } from "../../generation/generation-state.js";
import type { AttemptFailure } from "../../generation/provider-failure.js";
import type { VendorCost } from "../../ports/provider.js";
import type { ActiveCount, GenerationSummary, OwnerCount } from "../../ports/store/operator-counts.js";
import type {
  AttemptSummary,
  FindGenerationsQuery,
  FoundGenerations,
  OperatorActionRecord,
  OperatorBulk,
  OperatorSnapshot,
} from "../../ports/store/operator-store.js";
import { fromJson } from "./generation-row.js";

/** A summary with its flag as the databases return it. */
export type SummaryRow = Omit<GenerationSummary, "isLeased"> & { readonly leased: number };

/** Rows that a search read: their number, and the lowest id. */
export interface ScanRow {
  readonly scanned: number;
  readonly last: string | null;
  readonly now: number;
}

export interface AttemptSummaryRow extends Omit<AttemptSummary, "failure" | "costs"> {
  readonly failure: string | null;
  readonly costs: string | null;
}

export interface OperatorActionRow extends Omit<OperatorActionRecord, "before" | "after"> {
  readonly before: string | null;
  readonly after: string | null;
}

/** A count or a listed generation of an overview. The fields depend on `list`; the others are `null` or 0. */
export interface OverviewRow extends Omit<OwnerCount, "ownerId">, Pick<ActiveCount, "count" | "stuck"> {
  readonly list: "model" | "owner" | "stuck" | "slow";
  /** Of the owner, or of the generation. */
  readonly id: string | null;
  readonly state: GenerationState | null;
  readonly model: string | null;
  readonly oldestDueAt: number | null;
}

export function toSummary({ leased, ...row }: SummaryRow): GenerationSummary {
  return { ...row, isLeased: leased === 1 };
}

/** The casts are safe: only commands of workers write the columns, from values of these types. */
export function toAttemptSummary(row: AttemptSummaryRow): AttemptSummary {
  return {
    ...row,
    failure: fromJson(row.failure) as unknown as AttemptFailure | null,
    costs: (fromJson(row.costs) ?? []) as unknown as readonly VendorCost[],
  };
}

/** The casts are safe: the statements of the actions build both snapshots. */
export function toActionRecord(row: OperatorActionRow): OperatorActionRecord {
  return {
    ...row,
    before: fromJson(row.before) as OperatorSnapshot | null,
    after: fromJson(row.after) as OperatorSnapshot | null,
  };
}

/** Rows of a bulk: its record, the number of its generations, the records of effects by outcome, and ids without one. */
export interface BulkRows {
  readonly records: readonly (OperatorActionRow & { readonly total: number })[];
  readonly effects: readonly { readonly outcome: OperatorActionRow["outcome"]; readonly count: number }[];
  readonly left: readonly { readonly id: string }[];
}

export function toBulk({ effects, left, records }: BulkRows): OperatorBulk | null {
  if (records[0] === undefined) return null;
  const { total, ...record } = records[0];
  const countOf = (outcome: string) => effects.find((row) => row.outcome === outcome)?.count ?? 0;
  return {
    record: toActionRecord(record),
    total,
    applied: countOf("applied"),
    unchanged: countOf("unchanged"),
    left: left.map(({ id }) => id),
  };
}

/** @param isByTime whether the search read the rows in the order of their ids, so that the next one can continue it. */
export function toFound(
  {
    rows,
    scan,
    isByTime,
  }: { readonly rows: readonly SummaryRow[]; readonly scan: ScanRow; readonly isByTime: boolean },
  { limit, scanLimit }: Pick<FindGenerationsQuery, "limit" | "scanLimit">,
): FoundGenerations {
  const generations = rows.slice(0, limit).map(toSummary);
  if (rows.length > limit) return { generations, next: generations.at(-1)?.id ?? null, isCut: false, now: scan.now };
  const isCut = scan.scanned >= scanLimit;
  return { generations, next: isCut && isByTime ? scan.last : null, isCut, now: scan.now };
}
