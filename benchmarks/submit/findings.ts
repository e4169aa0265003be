import type { Findings } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { onTheseCores } from "../frame/machine.ts";
import { inMs, inTimes, inWords } from "../frame/words.ts";
import { names } from "./contenders.ts";
import type { SubmitFigures } from "./measure-host.ts";
import { cpuOf, figuresOf, hasCores, inPercent, type Results, verdictsOf } from "./verdicts.ts";

/** What was found out beside the results. */
interface Circumstances {
  /** Submits a second that the load generator could send. */
  readonly generator: number;
  readonly isPinned: boolean;
}

/** The table, and what is made of it. */
export function toFindings(results: Results, { generator, isPinned }: Circumstances): Findings {
  return {
    columns: [
      "",
      "submits/s",
      "to Safelight",
      "p50",
      "p99",
      "host, CPU s per 1,000",
      "server, CPU s per 1,000",
      "CPU of both, to Safelight",
      "host's core",
    ],
    rows: results.map((result) => rowOf(result, figuresOf(results, names.safelight))),
    verdicts: verdictsOf(results, { isPinned }),
    notes: notesOf(results, { generator, isPinned }),
  };
}

function rowOf({ name, outcome }: Result<SubmitFigures>, safelight: SubmitFigures | null): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–", "–", "–", "–", "–"];
  const { hostBusy, hostCpu, p50, p99, perSecond, serverCpu } = outcome;
  return [
    name,
    inWords(perSecond),
    inTimes(perSecond / (safelight?.perSecond ?? NaN)),
    inMs(p50),
    inMs(p99),
    inWords(hostCpu),
    serverCpu === 0 ? "–" : inWords(serverCpu),
    inTimes(cpuOf(outcome) / (safelight === null ? NaN : cpuOf(safelight))),
    inPercent(hostBusy),
  ];
}

function notesOf(results: Results, { generator, isPinned }: Circumstances): readonly string[] {
  const bare = figuresOf(results, names.bare);
  const safelight = figuresOf(results, names.safelight);
  const bytes = `${inWords(safelight?.answerBytes ?? NaN)} bytes with its headers, one of the bare route ${inWords(bare?.answerBytes ?? NaN)}`;
  return [
    ...(hasCores(bare, isPinned)
      ? []
      : [
          "**The bare route had no core to itself: something else ran on this machine, or processes could not be pinned, or their " +
            "processor time could not be read. Nothing is told of the targets.**",
        ]),
    `The load generator sends at most ${inWords(generator)} submits a second, to a socket that answers without reading. For the bare route it used ${inPercent(bare?.loadBusy ?? NaN)} of its core, and the host ${inPercent(bare?.hostBusy ?? NaN)} of its own. An answer of Safelight has ${bytes}.`,
    `Redis and Postgres are pinned to no core: they share all that there are with the host and the load generator, so that paces beside them are those ${onTheseCores()}. Where a server has cores of its own, a pace is another; by processor time alone, of the host and the server together, a submit takes as many times Safelight's as the column says. Processor time is that of whole process trees.`,
    "A submit of pg-boss is a transaction with six ways to Postgres and back, as drizzle and pg-boss send them one after the other: what a host that writes it by their docs has, and not the most that Postgres can do.",
    "Tuned goes beyond what the docs of each begin with. Where that is the slower row here, the verdict takes the other: it is always the fastest row of a peer.",
    "Tuned: BullMQ with ioredis' [`enableAutoPipelining`](https://github.com/redis/ioredis#autopipelining). pg-boss with 24 connections, an [instance that only sends](https://pgboss.io/api/constructor) (`supervise: false`, `schedule: false`), the statements that drizzle makes [named](https://orm.drizzle.team/docs/perf-queries), so that Postgres plans them once for each connection (drizzle puts their text together anew for each submit: a prepared query belongs to one transaction), and Postgres with [`commit_delay`](https://www.postgresql.org/docs/18/wal-configuration.html) and memory enough for no checkpoint to come in between. The template with SQLite's [write-ahead log](https://www.sqlite.org/wal.html); without it, SQLite's default is a rollback journal; on Postgres with 24 connections, statements that are [prepared](https://orm.drizzle.team/docs/perf-queries) once for all submits (it has no transaction, so that they can be), and the server as for pg-boss. `synchronous` is `FULL`, `fsync` and `synchronous_commit` are on, throughout.",
  ];
}
