import type { Verdict } from "../frame/benchmark.ts";
import type { Figures } from "../frame/compare.ts";
import { formatMs, formatRatio } from "../frame/format-figures.ts";
import { isAtMost } from "../frame/is-met.ts";
import { type Operation, type OwnerOperation, others, type Read, reads } from "./measure-reads.ts";
import { operatorPages } from "./operator-pages.ts";

const maxP99Ms = 10;
/** Up to this many generations, the maximum ratio to the first size is 2; beyond, it is 3. */
const maxAtTwice = 1_000_000;

/** Figures at one size. */
export interface SizeFigures {
  readonly generations: number;
  readonly figures: Figures;
  /** Whether the file fits into memory: reads from disk have no verdict. */
  readonly fitsIntoMemory: boolean;
}

/** Verdicts for each size, relative to the first. */
export function verdictsOf(sizes: readonly SizeFigures[]): readonly Verdict[] {
  const [first] = sizes;
  return sizes.flatMap((size) => [
    ...verdictsOn("reads", { size, first, operations: readNames, hasVerdict: true }),
    ...verdictsOn(others.anyFirstPage, { size, first, operations: ["anyFirstPage"], hasVerdict: size.fitsIntoMemory }),
    ...operatorVerdictsOf(size),
  ]);
}

function operatorVerdictsOf({ figures, generations }: SizeFigures): readonly Verdict[] {
  return Object.entries(operatorPages).flatMap(([page, { maxMs, name }]) => {
    if (maxMs === null) return [];
    const p99 = figures[`${page} p99`] ?? NaN;
    return [
      {
        what: `p99 of ${name} at ${formatCount(generations)} generations`,
        target: `≤ ${maxMs} ms`,
        measured: formatMs(p99),
        isMet: isAtMost(p99, maxMs),
      },
    ];
  });
}

/** Ratio of the median to the first size's; `NaN` without a measurement. */
export function timesOf(
  size: SizeFigures,
  { first, operation }: { readonly first: SizeFigures | undefined; readonly operation: Operation },
): number {
  const name = `${operation} median`;
  return (size.figures[name] ?? NaN) / (first?.figures[name] ?? NaN);
}

export function formatCount(size: number): string {
  return size.toLocaleString("en-US");
}

const names: Readonly<Record<OwnerOperation, string>> = { ...reads, ...others };
// The keys of the record.
const readNames = Object.keys(reads) as readonly Read[];

interface VerdictOptions {
  readonly size: SizeFigures;
  readonly first: SizeFigures | undefined;
  readonly operations: readonly OwnerOperation[];
  readonly hasVerdict: boolean;
}

function verdictsOn(what: string, { first, hasVerdict, operations, size }: VerdictOptions): readonly Verdict[] {
  const measuredAs = ({ figure, operation }: Largest, format: (figure: number) => string): string =>
    `${format(figure)}${operations.length > 1 ? ` (${names[operation]})` : ""}`;
  const slowestP99 = largestOf(operations, (operation) => size.figures[`${operation} p99`] ?? NaN);
  const p99: Verdict = {
    what: `p99 of ${what} at ${formatCount(size.generations)} generations`,
    target: `≤ ${maxP99Ms} ms`,
    measured: measuredAs(slowestP99, formatMs),
    isMet: hasVerdict ? isAtMost(slowestP99.figure, maxP99Ms) : null,
  };
  if (size === first) return [p99];
  const max = size.generations > maxAtTwice ? 3 : 2;
  const slowest = largestOf(operations, (operation) => timesOf(size, { first, operation }));
  return [
    {
      what: `${what} at ${formatCount(size.generations)} generations, relative to the first size`,
      target: `within ${max} ×`,
      measured: measuredAs(slowest, formatRatio),
      isMet: hasVerdict ? isAtMost(slowest.figure, max) : null,
    },
    p99,
  ];
}

interface Largest {
  readonly operation: OwnerOperation;
  readonly figure: number;
}

/** `NaN` counts as the largest: with an unknown figure, the largest is unknown. */
function largestOf(operations: readonly OwnerOperation[], figureOf: (operation: OwnerOperation) => number): Largest {
  return operations
    .map((operation) => ({ operation, figure: figureOf(operation) }))
    .reduce((largest, each) => (each.figure <= largest.figure || Number.isNaN(largest.figure) ? largest : each));
}
