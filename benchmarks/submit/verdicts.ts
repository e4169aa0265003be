import type { Verdict } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { formatNumber, formatRatio } from "../frame/format-figures.ts";
import { isAbove, isAtLeast } from "../frame/is-met.ts";
import { onTheseCores } from "../frame/machine.ts";
import { names } from "./contenders.ts";
import type { SubmitFigures } from "./measure-host.ts";

export type Results = readonly Result<SubmitFigures>[];

/** A process that uses at least this share of its core is the bottleneck. */
const bottleneck = 0.8;
const minPerSecond = 3_000;
const minShare = 0.2;

/** Verdicts on the targets. All are `null` when the bare route did not have its core to itself. */
export function verdictsOf(results: Results, { isPinned }: { readonly isPinned: boolean }): readonly Verdict[] {
  const own = paceOf(results, [names.safelight]);
  const bare = figuresOf(results, names.bare);
  const share = (own ?? NaN) / (bare?.perSecond ?? NaN);
  const verdicts = [
    {
      what: "durable submits on one core",
      target: `≥ ${formatNumber(minPerSecond)}/s`,
      measured: `${formatNumber(own ?? NaN)}/s`,
      isMet: isAtLeast(own, minPerSecond),
    },
    {
      what: "durable submits, as a share of the bare route's",
      target: `≥ ${formatPercent(minShare)}`,
      measured: formatPercent(share),
      // Unknown when the load generator could not have sent more.
      isMet: bare !== null && bare.hostBusy >= bottleneck ? isAtLeast(share, minShare) : null,
    },
    besides("pg-boss in a drizzle transaction", {
      own,
      other: paceOf(results, [names.pgBoss, names.pgBossTuned]),
      atLeast: 2,
    }),
    besides("the template", {
      own,
      other: paceOf(results, [
        names.template,
        names.templateTuned,
        names.templatePostgres,
        names.templatePostgresTuned,
      ]),
      atLeast: 1,
    }),
  ];
  return hasCores(bare, isPinned) ? verdicts : verdicts.map((verdict) => ({ ...verdict, isMet: null }));
}

/**
 * Whether the bare route had its core to itself: then the host or the load generator uses all of its core. Otherwise other
 * processes used them, or the processor time is unknown.
 */
export function hasCores(bare: SubmitFigures | null, isPinned: boolean): boolean {
  return isPinned && (bare === null || Math.max(bare.hostBusy, bare.loadBusy) >= bottleneck);
}

/** `null` without a measurement. */
export function figuresOf(results: Results, name: string): SubmitFigures | null {
  const outcome = results.find((result) => result.name === name)?.outcome;
  return outcome === undefined || isAbsent(outcome) ? null : outcome;
}

/** Processor time of a submit, of the host and its server together; `NaN` when it cannot be read. */
export function cpuOf({ hostCpu, serverCpu }: SubmitFigures): number {
  return hostCpu + serverCpu;
}

export function formatPercent(share: number): string {
  return Number.isNaN(share) ? "–" : `${Math.round(share * 100)} %`;
}

function besides(
  peer: string,
  { atLeast, other, own }: { readonly own: number | null; readonly other: number | null; readonly atLeast: number },
): Verdict {
  const ratio = (own ?? NaN) / (other ?? NaN);
  return {
    what: `durable submits ${onTheseCores()}, compared with ${peer} in its fastest configuration`,
    target: atLeast === 1 ? "faster" : `≥ ${atLeast} ×`,
    measured: formatRatio(ratio),
    isMet: atLeast === 1 ? isAbove(ratio, 1) : isAtLeast(ratio, atLeast),
  };
}

/** The rate of the fastest measured one; `null` when none was measured. */
function paceOf(results: Results, wanted: readonly string[]): number | null {
  const paces = wanted.flatMap((name) => figuresOf(results, name)?.perSecond ?? []);
  return paces.length === 0 ? null : Math.max(...paces);
}
