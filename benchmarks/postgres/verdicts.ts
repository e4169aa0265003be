import type { Verdict } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { formatMs, formatNumber, formatRatio } from "../frame/format-figures.ts";
import { isAtLeast, isAtMost } from "../frame/is-met.ts";
import { claimName } from "./claims.ts";
import { pgBossSingle, safelight } from "./contenders.ts";
import type { Cost } from "./cost.ts";
import { lifeName } from "./lives.ts";
import { submitRows } from "./submits.ts";
import { changeName } from "./two-nodes.ts";

const minClaims = 5_000;
const maxLifeRatio = 4;
const maxWakeMs = 10;
/** The verdict on lives is for this number of processes. */
const lifeProcesses = 4;
const claimClients = 16;

/** Verdicts on the targets; unknown for a row that was not measured. */
export function verdictsOf(results: readonly Result<Cost>[]): readonly Verdict[] {
  const costOf = (name: string): Cost | null => {
    const outcome = results.find((result) => result.name === name)?.outcome;
    return outcome === undefined || isAbsent(outcome) ? null : outcome;
  };
  const claims = costOf(claimName(claimClients))?.rate ?? null;
  const [life, job] = [costOf(lifeName(safelight, lifeProcesses)), costOf(lifeName(pgBossSingle, lifeProcesses))];
  return [
    ...[submitRows.safelight, submitRows.storeAlone].map((row) => {
      const ratio = ratioOf(costOf(row)?.rate, costOf(submitRows.pgBoss)?.rate);
      const what = `${row}, compared with pg-boss, \`send\` alone`;
      return { what, target: "≥ 1 ×", measured: formatRatio(ratio), isMet: isAtLeast(ratio, 1) };
    }),
    {
      what: "claims of 16 clients on Postgres",
      target: `≥ ${formatNumber(minClaims)} rows/s`,
      measured: `${formatNumber(claims ?? Number.NaN)} rows/s`,
      isMet: isAtLeast(claims, minClaims),
    },
    lifeVerdict("a life's CPU of Postgres", ratioOf(life?.serverUs, job?.serverUs)),
    lifeVerdict("a life's CPU of Postgres and Node", ratioOf(bothOf(life), bothOf(job))),
    ...(["postgres", "redis"] as const).map((bus) => {
      const p50 = costOf(changeName(bus))?.p50 ?? null;
      const [target, measured] = [`p50 ≤ ${maxWakeMs} ms`, formatMs(p50 ?? Number.NaN)];
      return { what: changeName(bus), target, measured, isMet: isAtMost(p50, maxWakeMs) };
    }),
  ];
}

function lifeVerdict(what: string, ratio: number): Verdict {
  return {
    what: `${what}, compared with an empty pg-boss job, completed one by one, ${lifeProcesses} processes`,
    target: `≤ ${maxLifeRatio} ×`,
    measured: formatRatio(ratio),
    isMet: isAtMost(ratio, maxLifeRatio),
  };
}

function bothOf(cost: Cost | null): number | undefined {
  return cost === null ? undefined : cost.serverUs + cost.nodeUs;
}

function ratioOf(ours: number | undefined, theirs: number | undefined): number {
  return ours === undefined || theirs === undefined ? Number.NaN : ours / theirs;
}
