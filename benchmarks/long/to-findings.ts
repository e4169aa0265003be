import type { Findings, Verdict } from "../frame/benchmark.ts";
import { formatMs, formatNumber } from "../frame/format-figures.ts";
import { areAllMet, isAtMost } from "../frame/is-met.ts";
import { medianOf, quantileOf } from "../frame/quantiles.ts";
import { growthAcrossLifetimes, growthWithAge, type Reading } from "./growth.ts";
import type { Outage } from "./restarted-host.ts";
import type { LongRun } from "./run-long-load.ts";
import type { Submitted } from "./simulated-users.ts";
import type { Sample } from "./take-samples.ts";

/** Ages in seconds at which lifetimes are compared: a younger process is still loading and compiling. */
const compared = { from: 20, to: 60 };
/** Age in seconds from which the last lifetime must not grow. */
const oldAt = 90;
/** Fewer lifetimes give no verdict. */
const minLifetimes = 10;
const maxSubmitMs = 50;
/** Maximum growth: a share of the memory, and a number of files. */
const maxGrowth = { share: 0.1, files: 4 };

/** The table and its verdicts. */
export function toFindings({ failures, outages, samples, database, submits }: LongRun): Findings {
  const rss = growthOf(readingsOf(samples, "rssBytes"));
  const heap = growthOf(readingsOf(samples, "heapBytes"));
  const files = growthOf(readingsOf(samples, "files"));
  const isCut = (submit: Submitted) => outages.some((outage) => overlap(submit, outage));
  const whole = submits.filter((submit) => !isCut(submit)).map(durationOf);
  const cut = submits.filter(isCut).map(durationOf);
  const p99 = quantileOf(whole, 0.99);
  const held = (
    name: string,
    { growth, format }: { readonly growth: Growth; readonly format: (value: number) => string },
  ): readonly string[] => [
    name,
    `${format(growth.median)}, at most ${format(growth.max)}; ${format(growth.withAge)} more in the last lifetime from ${oldAt} s on, ${format(growth.acrossLifetimes)} from the first lifetime to the last`,
  ];
  return {
    columns: ["", "measured"],
    rows: [
      ["submits", `${whole.length}, ${formatMs(medianOf(whole))}, p99 ${formatMs(p99)}`],
      [
        "submits during an outage",
        `${cut.length}, ${formatMs(medianOf(cut))}, at most ${formatMs(Math.max(0, ...cut))}; ${failures} failed requests`,
      ],
      ["kills", `${outages.length}, the next host responded after ${formatMs(medianOf(outages.map(durationOf)))}`],
      held("memory of the process (RSS)", { growth: rss, format: formatMb }),
      held("heap in use", { growth: heap, format: formatMb }),
      held("open files and sockets", { growth: files, format: formatNumber }),
      ["generations", `${database.generations}, ${database.completed} completed`],
      ["database", formatMb(database.databaseBytes)],
    ],
    verdicts: [
      {
        what: "p99 of submits in a long run",
        target: `≤ ${maxSubmitMs} ms`,
        measured: formatMs(p99),
        isMet: isAtMost(p99, maxSubmitMs),
      },
      flat("memory in a long run", { growth: rss, max: maxGrowth.share * rss.median, format: formatMb }),
      flat("open files in a long run", { growth: files, max: maxGrowth.files, format: formatNumber }),
      {
        what: "lost, not ended, paid twice, or found by the audit",
        target: "none",
        measured: database.faults.length === 0 ? "none" : database.faults.join("; "),
        isMet: database.faults.length === 0,
      },
    ],
  };
}

interface Growth {
  readonly lifetimes: number;
  readonly median: number;
  readonly max: number;
  readonly withAge: number;
  readonly acrossLifetimes: number;
}

function growthOf(readings: readonly Reading[]): Growth {
  const values = readings.map(({ value }) => value);
  const lifetimes = new Set(readings.map(({ lifetime }) => lifetime)).size;
  return {
    lifetimes,
    median: medianOf(values),
    max: Math.max(...values),
    withAge: growthWithAge(
      readings.filter(({ age, lifetime }) => lifetime === readings.at(-1)?.lifetime && age >= oldAt),
    ),
    acrossLifetimes: growthAcrossLifetimes(readings.filter(({ age }) => age >= compared.from && age <= compared.to)),
  };
}

function flat(
  what: string,
  {
    growth,
    max,
    format,
  }: { readonly growth: Growth; readonly max: number; readonly format: (value: number) => string },
): Verdict {
  return {
    what,
    target: `grows by at most ${format(max)}, with age and across lifetimes`,
    measured: `${format(growth.withAge)} and ${format(growth.acrossLifetimes)}`,
    isMet:
      growth.lifetimes < minLifetimes
        ? null
        : areAllMet(isAtMost(growth.withAge, max), isAtMost(growth.acrossLifetimes, max)),
  };
}

function readingsOf(samples: readonly Sample[], name: "rssBytes" | "heapBytes" | "files"): readonly Reading[] {
  return samples.map(({ age, lifetime, [name]: value }) => ({ age, lifetime, value }));
}

function overlap(submit: Submitted, outage: Outage): boolean {
  return submit.from < outage.to && submit.to > outage.from;
}

function durationOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from;
}

function formatMb(bytes: number): string {
  return `${formatNumber(bytes / 1e6)} MB`;
}
