import type { Findings, Verdict } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { inMs, inTimes, inWords } from "../frame/words.ts";
import { names } from "./contenders.ts";
import type { SubmitFigures } from "./measure-host.ts";

/** Whoever uses as much of its core, from 0 to 1, is what the pace depends on. */
const bottleneck = 0.8;

type Results = readonly Result<SubmitFigures>[];

/** The table, and what is made of it. */
export function toFindings(results: Results, { generator }: { readonly generator: number }): Findings {
  return {
    columns: [
      "",
      "submits/s",
      "to Safelight",
      "p50",
      "p99",
      "host, CPU s per 1,000",
      "server, CPU s per 1,000",
      "host's core",
    ],
    rows: results.map((result) => rowOf(result, figuresOf(results, names.safelight))),
    verdicts: verdictsOf(results),
    notes: notesOf(results, generator),
  };
}

function rowOf({ name, outcome }: Result<SubmitFigures>, safelight: SubmitFigures | null): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–", "–", "–", "–"];
  const { hostBusy, hostCpu, p50, p99, perSecond, serverCpu } = outcome;
  return [
    name,
    inWords(perSecond),
    inTimes(perSecond / (safelight?.perSecond ?? NaN)),
    inMs(p50),
    inMs(p99),
    inWords(hostCpu),
    serverCpu === 0 ? "–" : inWords(serverCpu),
    inPercent(hostBusy),
  ];
}

function verdictsOf(results: Results): readonly Verdict[] {
  const own = paceOf(results, [names.safelight]);
  const bare = figuresOf(results, names.bare);
  const share = (own ?? NaN) / (bare?.perSecond ?? NaN);
  const verdicts = [
    {
      what: "durable submits on one core",
      target: "≥ 3,000/s",
      measured: `${inWords(own ?? NaN)}/s`,
      isMet: own === null ? null : own >= 3_000,
    },
    {
      what: "durable submits, of what a bare route does",
      target: "≥ 20 %",
      measured: inPercent(share),
      // No ceiling where the load generator could not have sent more.
      isMet: bare === null || bare.hostBusy < bottleneck ? null : share >= 0.2,
    },
    besides("pg-boss", { own, other: paceOf(results, [names.pgBoss, names.pgBossTuned]), atLeast: 2 }),
    besides("the template's way", {
      own,
      other: paceOf(results, [names.template, names.templateTuned, names.templatePostgres]),
      atLeast: 1,
    }),
  ];
  return isBusyMachine(bare) ? verdicts.map((verdict) => ({ ...verdict, isMet: null })) : verdicts;
}

/** With the bare route, either the host or the load generator needs all of its core; where neither had it, others did. */
function isBusyMachine(bare: SubmitFigures | null): boolean {
  return bare !== null && Math.max(bare.hostBusy, bare.loadBusy) < bottleneck;
}

function besides(
  whom: string,
  { atLeast, other, own }: { readonly own: number | null; readonly other: number | null; readonly atLeast: number },
): Verdict {
  const ratio = (own ?? NaN) / (other ?? NaN);
  return {
    what: `durable submits, beside ${whom} at its fastest`,
    target: atLeast === 1 ? "faster" : `≥ ${atLeast} ×`,
    measured: inTimes(ratio),
    isMet: Number.isNaN(ratio) ? null : atLeast === 1 ? ratio > 1 : ratio >= atLeast,
  };
}

function notesOf(results: Results, generator: number): readonly string[] {
  const bare = figuresOf(results, names.bare);
  const safelight = figuresOf(results, names.safelight);
  const bytes = `${inWords(safelight?.answerBytes ?? NaN)} bytes with its headers, one of the bare route ${inWords(bare?.answerBytes ?? NaN)}`;
  return [
    ...(isBusyMachine(bare)
      ? [
          "**Something else ran on this machine: the bare route had no core to itself. Nothing is told of the targets.**",
        ]
      : []),
    `The load generator sends at most ${inWords(generator)} submits a second, to a socket that answers without reading. For the bare route it used ${inPercent(bare?.loadBusy ?? NaN)} of its core, and the host ${inPercent(bare?.hostBusy ?? NaN)} of its own. An answer of Safelight has ${bytes}.`,
    "Redis and Postgres may use both cores, beside the host and the load generator. Processor time is that of whole process trees.",
    "Tuned: BullMQ with ioredis' [`enableAutoPipelining`](https://github.com/redis/ioredis#autopipelining). pg-boss with 24 connections, an [instance that only sends](https://pgboss.io/api/constructor) (`supervise: false`, `schedule: false`), drizzle's [prepared statements](https://orm.drizzle.team/docs/perf-queries), and Postgres with [`commit_delay`](https://www.postgresql.org/docs/18/wal-configuration.html) and memory enough for no checkpoint to come in between. The template with SQLite's [write-ahead log](https://www.sqlite.org/wal.html); without it, SQLite's default is a rollback journal. `synchronous` is `FULL`, `fsync` and `synchronous_commit` are on, throughout.",
  ];
}

/** Of the fastest of these that was measured; `null` where none was. */
function paceOf(results: Results, wanted: readonly string[]): number | null {
  const paces = wanted.flatMap((name) => figuresOf(results, name)?.perSecond ?? []);
  return paces.length === 0 ? null : Math.max(...paces);
}

function figuresOf(results: Results, name: string): SubmitFigures | null {
  const outcome = results.find((result) => result.name === name)?.outcome;
  return outcome === undefined || isAbsent(outcome) ? null : outcome;
}

function inPercent(share: number): string {
  return Number.isNaN(share) ? "–" : `${Math.round(share * 100)} %`;
}
