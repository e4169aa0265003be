import type { GateLimit, GateRoom } from "../../ports/store/gate-limit.js";
import type { SqlRow } from "../rows/sql-row.js";
import type { DueQuery, DueRows } from "./due-rows.js";
import { limitOf, maxConcurrencyOf, roomOf } from "./gate-room.js";

/** The rows at gates that a claim may take. */
export interface RowsAtGates {
  /** The first ones of each gate with room, by rank. */
  readonly rows: readonly SqlRow[];
  /** The gates with room. */
  readonly open: readonly GateRoom[];
  /** Those of them at which more rows wait than were read. */
  readonly long: ReadonlySet<string>;
  /** Those of all gates that are past their deadline. */
  readonly overdue: readonly SqlRow[];
  /** Whether each row that waits at a gate was read, and has room. */
  readonly isWhole: boolean;
  /** Keys of the gates without room. */
  readonly full: readonly string[];
}

export const noGates: RowsAtGates = { rows: [], open: [], long: new Set(), overdue: [], isWhole: true, full: [] };

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
  const rows = atGates.filter(({ id }) => !ends.has(id));
  const countOf = (of: string): number => atGates.filter(({ gate }) => gate === of).length;
  const long = new Set(open.filter(({ key }) => countOf(key) >= limit).map(({ key }) => key));
  const hasRoom = open.every(({ key, room }) => rows.filter(({ gate }) => gate === key).length <= room);
  const isWhole = open.length === rooms.length && hasRoom && Math.max(atGates.length, overdue.length) < limit;
  return { rows, open, long, overdue, isWhole, full: rooms.filter(({ room }) => room === 0).map(({ key }) => key) };
}
