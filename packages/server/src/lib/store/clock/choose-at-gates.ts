import type { GateCapacity } from "../../ports/store/gate-limit.js";
import type { DueGeneration } from "../../ports/store/store-commands.js";

/** A row that a claim may take. */
export interface Offer extends DueGeneration {
  /** The gate of the attempt that it would start; `null` for none. */
  readonly gate: string | null;
}

/** The rows to claim. */
export interface Choice {
  readonly chosen: readonly DueGeneration[];
  /** Number of rows among which `choose` chose at last. */
  readonly offered: number;
  /** Gates that had rows of owners without a slot. */
  readonly skippedAt: ReadonlySet<string | null>;
}

/**
 * Offers the first rows of each gate, as many as it has capacity for. If the worker has no slot for the owner of one, the row of
 * the next owner at the gate takes its place, so that no owner holds up a gate.
 */
export function chooseAtGates(
  rows: readonly Offer[],
  {
    choose,
    limit,
    capacities,
  }: {
    readonly choose: (due: readonly DueGeneration[]) => readonly DueGeneration[];
    readonly limit: number;
    readonly capacities: readonly GateCapacity[];
  },
): Choice {
  const passed = new Set<Offer>();
  for (;;) {
    const left = new Map(capacities.map(({ key, capacity }) => [key, capacity]));
    const offered = rows.filter((row) => {
      if (row.gate === null) return true;
      const capacity = left.get(row.gate) ?? 0;
      if (capacity <= 0 || passed.has(row)) return false;
      left.set(row.gate, capacity - 1);
      return true;
    });
    const chosen = choose(offered.map(({ gate: _, ...due }) => due));
    const ids = new Set(chosen.map(({ id }) => id));
    const refused = chosen.length < limit ? offered.filter(({ gate, id }) => gate !== null && !ids.has(id)) : [];
    const passing = refused.filter(({ gate }) => gate !== null && left.get(gate) === 0);
    for (const { gate, ownerId } of passing)
      for (const row of rows) if (row.gate === gate && row.ownerId === ownerId && !ids.has(row.id)) passed.add(row);
    if (passing.length > 0) continue;
    const skipped = chosen.length < limit ? [...refused, ...passed] : [];
    return { chosen, offered: offered.length, skippedAt: new Set(skipped.map(({ gate }) => gate)) };
  }
}
