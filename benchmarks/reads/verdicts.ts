import type { Verdict } from "../frame/benchmark.ts";
import type { Figures } from "../frame/compare.ts";
import { isAtMost } from "../frame/is-met.ts";
import { inMs, inTimes } from "../frame/words.ts";
import { type Operation, others, type Read, reads } from "./measure-reads.ts";

const slowestMs = 10;
/** Up to so many generations, reads may take twice as long as at the first size; beyond, three times. */
const mostAtTwice = 1_000_000;

/** What was measured at one size. */
export interface SizeFigures {
  readonly generations: number;
  readonly figures: Figures;
  /** Whether the memory of the machine holds the whole file: reads from a disk are not what is judged. */
  readonly fitsIntoMemory: boolean;
}

/** What each size says of the targets, beside the first. */
export function verdictsOf(sizes: readonly SizeFigures[]): readonly Verdict[] {
  const [first] = sizes;
  return sizes.flatMap((size) => [
    ...verdictsOn("reads", { size, first, operations: readNames, isTold: true }),
    ...verdictsOn(others.anyFirstPage, { size, first, operations: ["anyFirstPage"], isTold: size.fitsIntoMemory }),
  ]);
}

/** How often the median at the first size goes into another's; `NaN` where one was not measured. */
export function timesOf(size: SizeFigures, first: SizeFigures | undefined, operation: Operation): number {
  const name = `${operation} median`;
  return (size.figures[name] ?? NaN) / (first?.figures[name] ?? NaN);
}

export function inNumber(size: number): string {
  return size.toLocaleString("en-US");
}

const names: Readonly<Record<Operation, string>> = { ...reads, ...others };
// The keys of the record.
const readNames = Object.keys(reads) as readonly Read[];

interface Judged {
  readonly size: SizeFigures;
  readonly first: SizeFigures | undefined;
  readonly operations: readonly Operation[];
  readonly isTold: boolean;
}

function verdictsOn(what: string, { first, isTold, operations, size }: Judged): readonly Verdict[] {
  const measuredAs = ({ figure, operation }: Largest, inUnit: (figure: number) => string): string =>
    `${inUnit(figure)}${operations.length > 1 ? ` (${names[operation]})` : ""}`;
  const longest = largestOf(operations, (operation) => size.figures[`${operation} p99`] ?? NaN);
  const p99: Verdict = {
    what: `p99 of ${what} at ${inNumber(size.generations)} generations`,
    target: `≤ ${slowestMs} ms`,
    measured: measuredAs(longest, inMs),
    isMet: isTold ? isAtMost(longest.figure, slowestMs) : null,
  };
  if (size === first) return [p99];
  const most = size.generations > mostAtTwice ? 3 : 2;
  const slowest = largestOf(operations, (operation) => timesOf(size, first, operation));
  return [
    {
      what: `${what} at ${inNumber(size.generations)} generations beside the first size`,
      target: `within ${most} ×`,
      measured: measuredAs(slowest, inTimes),
      isMet: isTold ? isAtMost(slowest.figure, most) : null,
    },
    p99,
  ];
}

interface Largest {
  readonly operation: Operation;
  readonly figure: number;
}

/** One that is `NaN` is the largest: where one is not known, the largest is not. */
function largestOf(operations: readonly Operation[], figureOf: (operation: Operation) => number): Largest {
  return operations
    .map((operation) => ({ operation, figure: figureOf(operation) }))
    .reduce((largest, each) => (each.figure <= largest.figure || Number.isNaN(largest.figure) ? largest : each));
}
