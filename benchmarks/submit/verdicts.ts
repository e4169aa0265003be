import type { Verdict } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { isAbove, isAtLeast } from "../frame/is-met.ts";
import { onTheseCores } from "../frame/machine.ts";
import { inTimes, inWords } from "../frame/words.ts";
import { names } from "./contenders.ts";
import type { SubmitFigures } from "./measure-host.ts";

export type Results = readonly Result<SubmitFigures>[];

/** Whoever uses as much of its core, from 0 to 1, is what the pace depends on. */
const bottleneck = 0.8;
const leastPerSecond = 3_000;
const leastShare = 0.2;

/** What the results say of the targets. All is `null` where the bare route had no core to itself. */
export function verdictsOf(results: Results, { isPinned }: { readonly isPinned: boolean }): readonly Verdict[] {
  const own = paceOf(results, [names.safelight]);
  const bare = figuresOf(results, names.bare);
  const share = (own ?? NaN) / (bare?.perSecond ?? NaN);
  const verdicts = [
    {
      what: "durable submits on one core",
      target: `≥ ${inWords(leastPerSecond)}/s`,
      measured: `${inWords(own ?? NaN)}/s`,
      isMet: isAtLeast(own, leastPerSecond),
    },
    {
      what: "durable submits, of what a bare route does",
      target: `≥ ${inPercent(leastShare)}`,
      measured: inPercent(share),
      // No ceiling where the load generator could not have sent more.
      isMet: bare !== null && bare.hostBusy >= bottleneck ? isAtLeast(share, leastShare) : null,
    },
    besides("pg-boss in a drizzle transaction", {
      own,
      other: paceOf(results, [names.pgBoss, names.pgBossTuned]),
      atLeast: 2,
    }),
    besides("the template's way", {
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
 * With the bare route, either the host or the load generator needs all of its core; where neither had it, others did. Where
 * that cannot be read, it is not known.
 */
export function hasCores(bare: SubmitFigures | null, isPinned: boolean): boolean {
  return isPinned && (bare === null || Math.max(bare.hostBusy, bare.loadBusy) >= bottleneck);
}

/** `null` where it was not measured. */
export function figuresOf(results: Results, name: string): SubmitFigures | null {
  const outcome = results.find((result) => result.name === name)?.outcome;
  return outcome === undefined || isAbsent(outcome) ? null : outcome;
}

/** Processor time of a submit, of the host and its server together, wherever it was spent; `NaN` where it cannot be read. */
export function cpuOf({ hostCpu, serverCpu }: SubmitFigures): number {
  return hostCpu + serverCpu;
}

export function inPercent(share: number): string {
  return Number.isNaN(share) ? "–" : `${Math.round(share * 100)} %`;
}

function besides(
  whom: string,
  { atLeast, other, own }: { readonly own: number | null; readonly other: number | null; readonly atLeast: number },
): Verdict {
  const ratio = (own ?? NaN) / (other ?? NaN);
  return {
    what: `durable submits ${onTheseCores()}, beside ${whom}, the fastest of its configurations`,
    target: atLeast === 1 ? "faster" : `≥ ${atLeast} ×`,
    measured: inTimes(ratio),
    isMet: atLeast === 1 ? isAbove(ratio, 1) : isAtLeast(ratio, atLeast),
  };
}

/** Of the fastest of these that was measured; `null` where none was. */
function paceOf(results: Results, wanted: readonly string[]): number | null {
  const paces = wanted.flatMap((name) => figuresOf(results, name)?.perSecond ?? []);
  return paces.length === 0 ? null : Math.max(...paces);
}
