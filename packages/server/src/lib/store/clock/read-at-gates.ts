import type { GateCapacity, GateLimit } from "../../ports/store/gate-limit.js";
import type { SqlRow } from "../rows/sql-row.js";
import type { DueQuery, DueRows } from "./due-rows.js";
import { capacityOf, limitOf, maxConcurrencyOf } from "./gate-capacity.js";

/** The rows at gates that a claim may take. */
export interface RowsAtGates {
  /** The first ones of each gate with capacity, by rank. */
  readonly rows: readonly SqlRow[];
  /** The gates with capacity. */
  readonly open: readonly GateCapacity[];
  /** Those of them at which more rows wait than were read. */
  readonly long: ReadonlySet<string>;
  /** Those of all gates that are past their deadline. */
  readonly overdue: readonly SqlRow[];
  /** Whether each row that waits at a gate was read, and has capacity. */
  readonly isWhole: boolean;
  /** Keys of the gates without capacity. */
  readonly full: readonly string[];
}

export const noGates: RowsAtGates = { rows: [], open: [], long: new Set(), overdue: [], isWhole: true, full: [] };

export async function readAtGates(
  dueRows: DueRows,
  { limits, ...query }: DueQuery & { readonly limits: readonly GateLimit[]; readonly limit: number },
): Promise<RowsAtGates> {
  const { limit, models } = query;
  const gates = await dueRows.readGates({ maxConcurrency: maxConcurrencyOf(limits), models });
  const capacities = gates.map((gate) => capacityOf(gate, limitOf(gate, limits)));
  const open = capacities.filter(({ capacity }) => capacity > 0);
  const { atGates, overdue } = await dueRows.readAtGates({ ...query, gates: open.map(({ key }) => key) });
  // An overdue one is read twice if its gate has capacity.
  const ends = new Set(overdue.map(({ id }) => id));
  const rows = atGates.filter(({ id }) => !ends.has(id));
  const countOf = (of: string): number => atGates.filter(({ gate }) => gate === of).length;
  const long = new Set(open.filter(({ key }) => countOf(key) >= limit).map(({ key }) => key));
  const hasCapacity = open.every(({ key, capacity }) => rows.filter(({ gate }) => gate === key).length <= capacity);
  const isWhole = open.length === capacities.length && hasCapacity && Math.max(atGates.length, overdue.length) < limit;
  return {
    rows,
    open,
    long,
    overdue,
    isWhole,
    full: capacities.filter(({ capacity }) => capacity === 0).map(({ key }) => key),
  };
}
