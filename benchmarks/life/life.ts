import type { Benchmark, Findings } from "../frame/benchmark.ts";
import { compare, isAbsent, type Result } from "../frame/compare.ts";
import { formatMs, formatNumber, formatRatio } from "../frame/format-figures.ts";
import { canPin } from "../frame/pin-to-core.ts";
import { type LifeFigures, lifeContenders, safelight } from "./contenders.ts";
import { bestOf, cpuOf, verdictsOf } from "./verdicts.ts";

const fullSize = { warmUp: 500, seconds: 2.5 };
const shortSize = { warmUp: 50, seconds: 0.1 };

/** Lifecycles per second, from submit to the resolved debit. */
export const life: Benchmark = {
  name: "life",
  title: "The lifecycle of a no-op generation",
  method: [
    "One process on one core accepts some thousand generations of a hundred accounts, 64 submits at a time, and runs them to",
    "their end; the provider replies at once. The rate is lifecycles per second, from the first submit until the last end is on",
    "disk, for two and a half seconds after a warm-up of 500. All contenders make the same durable steps, none of which can be",
    "left out if a paid request must not be sent twice and a debit must not be lost: the **submit** with its debit and ledger",
    "entry, the **claim**, the **intent** before the request, the **result**, and the **end** with the ledger entry that resolves",
    "the debit. Afterwards all jobs must have completed with their results, every debit must be resolved once, and the balances",
    "must be right. The peers neither measure, hash nor store an image, and have no generation that a user could query; only",
    "Safelight does, with its outputs in memory. CPU is the processor time per lifecycle, of the host and of Redis or Postgres,",
    "which are not pinned: they have the other core, and share the host's. Ratios of rates apply to these cores; the last column",
    "compares processor time alone. Three rounds, each with new processes and a new database; the table shows medians.",
  ].join(" "),

  async run(size): Promise<Findings> {
    const [lifeSize, rounds] = size === "full" ? [fullSize, 3] : [shortSize, 1];
    const contenders = lifeContenders(lifeSize);
    const results = await compare(contenders, { rounds });
    const best = bestOf(contenders, results);
    const ours = best.get(safelight);
    if (ours === null || ours === undefined) throw new Error("Safelight was not measured.");
    return {
      columns: [
        "",
        "lifecycles/s",
        "relative to Safelight's best",
        "CPU of the host",
        "CPU of the server",
        "CPU of both",
        "relative to Safelight's best",
      ],
      rows: results.map((result) => rowOf(result, ours)),
      verdicts: verdictsOf(best, { isPinned: canPin() }),
      notes,
    };
  },
};

function rowOf({ name, outcome }: Result<LifeFigures>, ours: LifeFigures): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–", "–", "–"];
  const { hostMs, rate, serverMs } = outcome;
  const together = cpuOf(outcome);
  const cpu = [formatMs(hostMs), formatMs(serverMs), formatMs(together), formatRatio(together / cpuOf(ours))];
  return [name, formatNumber(rate), formatRatio(rate / ours.rate), ...cpu];
}

const notes: readonly string[] = [
  "A tuned configuration goes beyond the first steps of the product's docs. If it is the slower one here, the verdict uses the other: " +
    "it always compares the faster row of both, for Safelight and for its peers.",
  [
    "**Safelight** with its defaults (`worker.concurrency` 8), and tuned with 64. `sharp` is not installed, and the limits of an owner are",
    "off. A lifecycle takes five store commands (`submit`, `claim`, `recordIntent`, `recordResult`, `settle`), each on disk",
    "before it returns; commands of one turn of the event loop share a commit.",
  ].join(" "),
  [
    "**BullMQ** (`appendfsync always`): the ledger is in the same Redis, with one Lua script per step, since BullMQ's commands",
    "cannot join a transaction. A debit, then `queue.add`; the intent as `job.updateData`, as its page on “process step jobs” records",
    "steps; the result and the resolution in one script; the end of a job and the claim of the next in one command. With",
    "`concurrency: 50`, the example of its page on concurrency; tuned with 200, `enableAutoPipelining` of ioredis, and no",
    "check for stalled jobs.",
  ].join(" "),
  [
    "**pg-boss**: the debit and `send` in one transaction (`db`), the intent and the result in a table of the host, and a",
    "`transactional` worker that completes together with the resolution. NOTIFY wakes it, and it continues while batches are full",
    "(`burstWhenBatchFull`); by default it fetches a job every two seconds. `batchSize: 10, localConcurrency: 5`; tuned, 100 and",
    "4, one statement per batch for its writes, 20 connections for the host and 20 for the queue, pipelined statements (`pipeline` of",
    "`pg`), a table for the queue, and no supervision.",
  ].join(" "),
  [
    "**graphile-worker**: the debit, its entry and `add_job` in one statement, the intent, and the result with the resolution in one",
    "statement, since it completes in its own transaction. `concurrentJobs: 10, localQueue: { size: 11 }, completeJobBatchDelay: 25`, the",
    "starting point of its page on performance; tuned with 24, 500 and 0, which that page measures with. Logging is off.",
  ].join(" "),
];
