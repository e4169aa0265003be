import type { Verdict } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { formatNumber, formatRatio } from "../frame/format-figures.ts";
import { isAbove, isAtLeast } from "../frame/is-met.ts";
import { onTheseCores } from "../frame/machine.ts";
import { type LifeContender, type LifeFigures, safelight } from "./contenders.ts";

const minRate = 2_000;

/** The better configuration of each product; `null` when absent. */
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

/** Processor time per lifecycle, of the host and its server together. */
export function cpuOf({ hostMs, serverMs }: LifeFigures): number {
  return hostMs + serverMs;
}

/** Verdicts for the best rates. The target for one core needs a pinned host. */
export function verdictsOf(
  best: ReadonlyMap<string, LifeFigures | null>,
  { isPinned }: { readonly isPinned: boolean },
): readonly Verdict[] {
  const ours = best.get(safelight)?.rate ?? null;
  const peers = [...best].filter(([product]) => product !== safelight);
  return [
    {
      what: "lifecycles of no-op generations on one core",
      target: `≥ ${formatNumber(minRate)}/s`,
      measured: `${formatNumber(ours ?? NaN)}/s`,
      isMet: isPinned ? isAtLeast(ours, minRate) : null,
    },
    ...peers.map(([product, figures]) => verdictOn(product, { rate: figures?.rate ?? null, ours })),
  ];
}

function verdictOn(
  product: string,
  { rate, ours }: { readonly rate: number | null; readonly ours: number | null },
): Verdict {
  return {
    what: `lifecycles of no-op generations ${onTheseCores()}, compared with ${product} at its best`,
    target: "faster",
    measured: rate === null ? "absent" : formatRatio((ours ?? NaN) / rate),
    isMet: rate === null ? null : isAbove(ours, rate),
  };
}
