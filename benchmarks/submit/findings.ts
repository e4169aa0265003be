import type { Findings } from "../frame/benchmark.ts";
import { isAbsent, type Result } from "../frame/compare.ts";
import { formatMs, formatNumber, formatRatio } from "../frame/format-figures.ts";
import { onTheseCores } from "../frame/machine.ts";
import { names } from "./contenders.ts";
import type { SubmitFigures } from "./measure-host.ts";
import { cpuOf, figuresOf, formatPercent, hasCores, type Results, verdictsOf } from "./verdicts.ts";

/** Circumstances of the results. */
interface Circumstances {
  /** Submits per second of the load generator against a socket. */
  readonly generator: number;
  readonly isPinned: boolean;
}

/** The table, its verdicts and notes. */
export function toFindings(results: Results, { generator, isPinned }: Circumstances): Findings {
  return {
    columns: [
      "",
      "submits/s",
      "relative to Safelight",
      "p50",
      "p99",
      "host, CPU s per 1,000",
      "server, CPU s per 1,000",
      "CPU of both, relative to Safelight",
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
    formatNumber(perSecond),
    formatRatio(perSecond / (safelight?.perSecond ?? NaN)),
    formatMs(p50),
    formatMs(p99),
    formatNumber(hostCpu),
    serverCpu === 0 ? "–" : formatNumber(serverCpu),
    formatRatio(cpuOf(outcome) / (safelight === null ? NaN : cpuOf(safelight))),
    formatPercent(hostBusy),
  ];
}

function notesOf(results: Results, { generator, isPinned }: Circumstances): readonly string[] {
  const bare = figuresOf(results, names.bare);
  const safelight = figuresOf(results, names.safelight);
  const bytes = `${formatNumber(safelight?.responseBytes ?? NaN)} bytes with its headers, a response of the bare route ${formatNumber(bare?.responseBytes ?? NaN)}`;
  return [
    ...(hasCores(bare, isPinned)
      ? []
      : [
          "**The bare route did not have its core to itself: other processes ran on this machine, or processes could not be pinned, or their " +
            "processor time could not be read. The targets have no verdict.**",
        ]),
    `The load generator sends at most ${formatNumber(generator)} submits per second, to a socket that responds without reading. For the bare route it used ${formatPercent(bare?.loadBusy ?? NaN)} of its core, and the host ${formatPercent(bare?.hostBusy ?? NaN)} of its own. A response of Safelight has ${bytes}.`,
    `Redis and Postgres are not pinned and share all cores with the host and the load generator, so ratios of rates apply ${onTheseCores()}. On a machine where they have cores of their own, the rates differ; the column of processor time, of the host and the server together, compares the work alone. Processor time is that of whole process trees.`,
    "A submit of pg-boss is a transaction with six round trips to Postgres, sent one after the other by drizzle and pg-boss. A host that follows their docs has this cost; it is not the maximum of Postgres.",
    "A tuned configuration goes beyond the first steps of the product's docs. If it is the slower one here, the verdict uses the other: it always uses the fastest row of a peer.",
    "Tuned: BullMQ with ioredis' [`enableAutoPipelining`](https://github.com/redis/ioredis#autopipelining). pg-boss with 24 connections, an [instance that only sends](https://pgboss.io/api/constructor) (`supervise: false`, `schedule: false`) and [named](https://orm.drizzle.team/docs/perf-queries) statements of drizzle, so that Postgres plans them once per connection (drizzle still builds their SQL for each submit, since a prepared query belongs to one transaction), and Postgres with [`commit_delay`](https://www.postgresql.org/docs/18/wal-configuration.html) and enough memory to avoid checkpoints. The template with SQLite's [write-ahead log](https://www.sqlite.org/wal.html) instead of the default rollback journal; on Postgres with 24 connections, statements that are [prepared](https://orm.drizzle.team/docs/perf-queries) once for all submits (possible without a transaction), and the server as for pg-boss. In all configurations `synchronous` is `FULL`, and `fsync` and `synchronous_commit` are on.",
  ];
}
