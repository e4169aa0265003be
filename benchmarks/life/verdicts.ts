import type { Verdict } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { isAbove, isAtLeast } from "../frame/is-met.ts";
import { onTheseCores } from "../frame/machine.ts";
import { inTimes, inWords } from "../frame/words.ts";
import { type LifeContender, type LifeFigures, safelight } from "./contenders.ts";

const leastRate = 2_000;

/** Of each product, what its better configuration did; `null` where it is absent. */
export function bestOf(
  contenders: readonly Pick<LifeContender, "name" | "product">[],
  results: readonly Result<LifeFigures>[],
): Map<string, LifeFigures | null> {
  const best = new Map<string, LifeFigures | null>();
  for (const { name, product } of contenders) {
    const outcome = results.find((result) => result.name === name)?.outcome;
    const found = outcome === undefined || isAbsent(outcome) ? null : outcome;
    const before = best.get(product) ?? null;
    best.set(product, before === null || (found !== null && found.rate > before.rate) ? found : before);
  }
  return best;
}

/** Processor time of one life, of the host and its server together, wherever it was spent. */
export function cpuOf({ hostMs, serverMs }: LifeFigures): number {
  return hostMs + serverMs;
}

/** What the best rates say of the targets: of one core only where the host was pinned to it. */
export function verdictsOf(
  best: ReadonlyMap<string, LifeFigures | null>,
  { isPinned }: { readonly isPinned: boolean },
): readonly Verdict[] {
  const ours = best.get(safelight)?.rate ?? null;
  const peers = [...best].filter(([product]) => product !== safelight);
  return [
    {
      what: "whole lives of no-op generations on one core",
      target: `≥ ${inWords(leastRate)}/s`,
      measured: `${inWords(ours ?? NaN)}/s`,
      isMet: isPinned ? isAtLeast(ours, leastRate) : null,
    },
    ...peers.map(([product, figures]) => verdictOn(product, figures?.rate ?? null, ours)),
  ];
}

function verdictOn(product: string, rate: number | null, ours: number | null): Verdict {
  return {
    what: `whole lives of no-op generations ${onTheseCores()}, beside ${product} at its best`,
    target: "ahead",
    measured: rate === null ? "absent" : inTimes((ours ?? NaN) / rate),
    isMet: rate === null ? null : isAbove(ours, rate),
  };
}
