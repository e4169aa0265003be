import type { Verdict } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { isAbove, isAtLeast } from "../frame/is-met.ts";
import { inTimes, inWords } from "../frame/words.ts";
import { type LifeContender, type LifeFigures, safelight } from "./contenders.ts";

const leastRate = 2_000;

/** Of each product, its better configuration; `null` where it is absent. */
export function bestOf(
  contenders: readonly Pick<LifeContender, "name" | "product">[],
  results: readonly Result<LifeFigures>[],
): Map<string, number | null> {
  const best = new Map<string, number | null>();
  for (const { name, product } of contenders) {
    const outcome = results.find((result) => result.name === name)?.outcome;
    const rate = outcome === undefined || isAbsent(outcome) ? null : outcome.rate;
    const before = best.get(product) ?? null;
    best.set(product, before === null ? rate : Math.max(before, rate ?? before));
  }
  return best;
}

/** What the best rates say of the targets: of one core only where the host was pinned to it. */
export function verdictsOf(
  best: ReadonlyMap<string, number | null>,
  { isPinned }: { readonly isPinned: boolean },
): readonly Verdict[] {
  const ours = best.get(safelight) ?? null;
  const peers = [...best].filter(([product]) => product !== safelight);
  return [
    {
      what: "whole lives of no-op generations on one core",
      target: `≥ ${inWords(leastRate)}/s`,
      measured: `${inWords(ours ?? NaN)}/s`,
      isMet: isPinned ? isAtLeast(ours, leastRate) : null,
    },
    ...peers.map(([product, rate]) => verdictOn(product, rate, ours)),
  ];
}

function verdictOn(product: string, rate: number | null, ours: number | null): Verdict {
  return {
    what: `whole lives of no-op generations, beside ${product} at its best`,
    target: "ahead",
    measured: rate === null ? "absent" : inTimes((ours ?? NaN) / rate),
    isMet: rate === null ? null : isAbove(ours, rate),
  };
}
