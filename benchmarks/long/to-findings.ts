import type { Findings, Verdict } from "../frame/benchmark.ts";
import { areAllMet, isAtMost } from "../frame/is-met.ts";
import { medianOf, quantileOf } from "../frame/quantiles.ts";
import { inMs, inWords } from "../frame/words.ts";
import type { LongLife } from "./live-long.ts";
import type { Outage } from "./mortal-host.ts";
import { growthAcrossLives, growthWithAge, type Reading } from "./slopes.ts";
import type { Submitted } from "./visitors.ts";
import type { Sample } from "./vital-signs.ts";

/** Lives are compared at this age, in seconds: before it, a process is still loading and compiling. */
const compared = { from: 20, to: 60 };
/** From this age on, one that lives long is to stay as it is. */
const oldAt = 90;
/** Fewer lives tell nothing of a slope. */
const fewestLives = 10;
const slowestMs = 50;
/** Of the memory that it has, what it may have more at the end; and files. */
const mostGrowth = { share: 0.1, files: 4 };

/** The table, and what is made of it. */
export function toFindings({ failures, outages, samples, stock, submits }: LongLife): Findings {
  const rss = growthOf(readingsOf(samples, "rssBytes"));
  const heap = growthOf(readingsOf(samples, "heapBytes"));
  const files = growthOf(readingsOf(samples, "files"));
  const isCut = (submit: Submitted) => outages.some((outage) => overlap(submit, outage));
  const whole = submits.filter((submit) => !isCut(submit)).map(durationOf);
  const cut = submits.filter(isCut).map(durationOf);
  const p99 = quantileOf(whole, 0.99);
  const held = (name: string, growth: Growth, inUnit: (value: number) => string): readonly string[] => [
    name,
    `${inUnit(growth.median)}, at most ${inUnit(growth.most)}; ${inUnit(growth.withAge)} more in the last life from ${oldAt} s on, ${inUnit(growth.acrossLives)} from the first life to the last`,
  ];
  return {
    columns: ["", "found"],
    rows: [
      ["submits", `${whole.length}, ${inMs(medianOf(whole))}, p99 ${inMs(p99)}`],
      [
        "submits while there was no host",
        `${cut.length}, ${inMs(medianOf(cut))}, the longest ${inMs(Math.max(0, ...cut))}; ${failures} tries in vain`,
      ],
      ["kills", `${outages.length}, the next host answered after ${inMs(medianOf(outages.map(durationOf)))}`],
      held("memory of the process (RSS)", rss, inMb),
      held("heap in use", heap, inMb),
      held("open files and sockets", files, inWords),
      ["generations", `${stock.generations}, ${stock.completed} completed`],
      ["database", inMb(stock.databaseBytes)],
    ],
    verdicts: [
      {
        what: "p99 of submits in a long life",
        target: `≤ ${slowestMs} ms`,
        measured: inMs(p99),
        isMet: isAtMost(p99, slowestMs),
      },
      flat("memory in a long life", rss, mostGrowth.share * rss.median, inMb),
      flat("open files in a long life", files, mostGrowth.files, inWords),
      {
        what: "lost, not ended, paid for twice, or found by the audit",
        target: "none",
        measured: stock.faults.length === 0 ? "none" : stock.faults.join("; "),
        isMet: stock.faults.length === 0,
      },
    ],
  };
}

interface Growth {
  readonly lives: number;
  readonly median: number;
  readonly most: number;
  readonly withAge: number;
  readonly acrossLives: number;
}

function growthOf(readings: readonly Reading[]): Growth {
  const values = readings.map(({ value }) => value);
  const lives = new Set(readings.map(({ life }) => life)).size;
  return {
    lives,
    median: medianOf(values),
    most: Math.max(...values),
    withAge: growthWithAge(readings.filter(({ age, life }) => life === readings.at(-1)?.life && age >= oldAt)),
    acrossLives: growthAcrossLives(readings.filter(({ age }) => age >= compared.from && age <= compared.to)),
  };
}

function flat(what: string, growth: Growth, most: number, inUnit: (value: number) => string): Verdict {
  return {
    what,
    target: `grows by at most ${inUnit(most)}, with age and from life to life`,
    measured: `${inUnit(growth.withAge)} and ${inUnit(growth.acrossLives)}`,
    isMet:
      growth.lives < fewestLives ? null : areAllMet(isAtMost(growth.withAge, most), isAtMost(growth.acrossLives, most)),
  };
}

function readingsOf(samples: readonly Sample[], name: "rssBytes" | "heapBytes" | "files"): readonly Reading[] {
  return samples.map(({ age, life, [name]: value }) => ({ age, life, value }));
}

function overlap(submit: Submitted, outage: Outage): boolean {
  return submit.from < outage.to && submit.to > outage.from;
}

function durationOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from;
}

function inMb(bytes: number): string {
  return `${inWords(bytes / 1e6)} MB`;
}
