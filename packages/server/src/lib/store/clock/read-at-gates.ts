import type { GateLimit, GateRoom } from "../../ports/store/gate-limit.js";
import type { SqlRow } from "../rows/sql-row.js";
import type { DueQuery, DueRows } from "./due-rows.js";
import { limitOf, maxConcurrencyOf, roomOf } from "./gate-room.js";

/** The rows at gates that a claim may take. */
export interface RowsAtGates {
  /** The first ones of each gate by rank, as many as it has room for. */
  readonly rows: readonly SqlRow[];
  /** Those of all gates that are past their deadline. */
  readonly overdue: readonly SqlRow[];
  /** Whether no further row waits at a gate. */
  readonly isWhole: boolean;
  /** Keys of the gates without room. */
  readonly full: readonly string[];
}

export const noGates: RowsAtGates = { rows: [], overdue: [], isWhole: true, full: [] };

export async function readAtGates(
  dueRows: DueRows,
  { limits, ...query }: DueQuery & { readonly limits: readonly GateLimit[]; readonly limit: number },
): Promise<RowsAtGates> {
  const { limit, models } = query;
  const gates = await dueRows.readGates({ maxConcurrency: maxConcurrencyOf(limits), models });
  const rooms = gates.map((gate) => roomOf(gate, limitOf(gate, limits)));
  const open = rooms.filter(({ room }) => room > 0);
  const { atGates, overdue } = await dueRows.readAtGates({ ...query, gates: open.map(({ key }) => key) });
  // An overdue one is read twice if its gate has room.
  const ends = new Set(overdue.map(({ id }) => id));
  const starts = atGates.filter(({ id }) => !ends.has(id));
  const firstOf = ({ key, room }: GateRoom): readonly SqlRow[] =>
    starts.filter(({ gate }) => gate === key).slice(0, room);
  const rows = open.flatMap(firstOf);
  const isWhole =
    open.length === rooms.length && rows.length === starts.length && Math.max(atGates.length, overdue.length) < limit;
  return { rows, overdue, isWhole, full: rooms.filter(({ room }) => room === 0).map(({ key }) => key) };
}
