import type { Findings, Verdict } from "../frame/benchmark.ts";
import { medianOf, quantileOf } from "../frame/quantiles.ts";
import { inMs, inWords } from "../frame/words.ts";
import type { LongLife } from "./live-long.ts";
import type { Outage } from "./mortal-host.ts";
import { growthAcrossLives, growthWithinLives, type Reading } from "./slopes.ts";
import type { Submitted } from "./visitors.ts";
import type { Sample } from "./vital-signs.ts";

/** Before this age, in seconds, a process is still loading and compiling. */
const grownUpAt = 20;
/** Fewer lives tell nothing of a slope. */
const fewestLives = 10;
const slowestMs = 50;
/** Of the memory that it has, what it may have more at the end; and files. */
const mostGrowth = { share: 0.1, files: 4 };

/** The table, and what is made of it. */
export function toFindings({ failures, outages, samples, stock, submits }: LongLife): Findings {
  const grownUp = samples.filter(({ age }) => age >= grownUpAt);
  const rss = readingsOf(grownUp, "rssBytes");
  const heap = readingsOf(grownUp, "heapBytes");
  const files = readingsOf(grownUp, "files");
  const isCut = (submit: Submitted) => outages.some((outage) => overlap(submit, outage));
  const whole = submits.filter((submit) => !isCut(submit)).map(durationOf);
  const cut = submits.filter(isCut).map(durationOf);
  const p99 = quantileOf(whole, 0.99);
  const held = (name: string, readings: readonly Reading[], inUnit: (value: number) => string): readonly string[] => [
    name,
    `${inUnit(medianOf(readings.map(({ value }) => value)))}, at most ${inUnit(Math.max(...readings.map(({ value }) => value)))}; ` +
      `${inUnit(growthWithinLives(readings))} a minute within lives, ${inUnit(growthAcrossLives(readings))} from the first life to the last`,
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
        isMet: p99 <= slowestMs,
      },
      flat("memory in a long life", rss, mostGrowth.share * medianOf(rss.map(({ value }) => value)), inMb),
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

function flat(what: string, readings: readonly Reading[], most: number, inUnit: (value: number) => string): Verdict {
  const lives = new Set(readings.map(({ life }) => life)).size;
  const growth = [growthWithinLives(readings), growthAcrossLives(readings)];
  return {
    what,
    target: `grows by at most ${inUnit(most)}, in a minute and in all`,
    measured: growth.map(inUnit).join(" and "),
    isMet: lives < fewestLives ? null : growth.every((each) => each <= most),
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
