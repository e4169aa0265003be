import type { Benchmark, Findings } from "../frame/benchmark.ts";
import { compare, isAbsent, type Result } from "../frame/compare.ts";
import { canPin } from "../frame/pin-to-core.ts";
import { inMs, inTimes, inWords } from "../frame/words.ts";
import { type LifeFigures, lifeContenders, safelight } from "./contenders.ts";
import { bestOf, cpuOf, verdictsOf } from "./verdicts.ts";

const fullCourse = { warmUp: 500, seconds: 2.5 };
const shortCourse = { warmUp: 50, seconds: 0.1 };

/** How many generations live in a second, from submit to the resolved debit. */
export const life: Benchmark = {
  name: "life",
  title: "The whole life of a generation that does nothing",
  method: [
    "One process on one core takes in some thousand generations of a hundred accounts, 64 submits at once, and works them to",
    "their end; the provider answers at once. Counted are whole lives in a second, from the first submit until the last end is",
    "on disk: after a warm-up of 500, as many as that says will take two and a half seconds. Everybody makes the same durable steps, none",
    "of which may be left out when a paid request must not be sent twice nor a debit be lost: **taken in** with its debit and",
    "the entry of it in the ledger, **claimed**, the **intent** before the request, its **result**, and the **end** with the",
    "entry that resolves the debit. In the end, all jobs must be done with their results, every debit resolved once, and the",
    "balances right. The peers measure, hash and keep no picture and have no generation that a user could look at: that is",
    "ours alone, with its outputs in memory. CPU is the processor time of one life, of the host and of Redis or Postgres, which",
    "are pinned to no core: they have the other one, and share the host's. Ratios of lives in a second are those on these cores; what",
    "processor time alone would say, wherever it was spent, is in the last column. Three rounds, each with new processes and a new database; medians are shown.",
  ].join(" "),

  async run(size): Promise<Findings> {
    const [course, rounds] = size === "full" ? [fullCourse, 3] : [shortCourse, 1];
    const contenders = lifeContenders(course);
    const results = await compare(contenders, { rounds });
    const best = bestOf(contenders, results);
    const ours = best.get(safelight);
    if (ours === null || ours === undefined) throw new Error("Safelight itself was not measured.");
    return {
      columns: [
        "",
        "lives / s",
        "to Safelight's best",
        "CPU of the host",
        "CPU of the server",
        "CPU together",
        "to Safelight's best",
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
  const cpu = [inMs(hostMs), inMs(serverMs), inMs(together), inTimes(together / cpuOf(ours))];
  return [name, inWords(rate), inTimes(rate / ours.rate), ...cpu];
}

const notes: readonly string[] = [
  "Tuned goes beyond what the docs of each begin with. Where that is the slower row here, the verdict takes the other: it is always " +
    "the faster row of both, ours and theirs.",
  [
    "**Safelight** with its defaults (`worker.concurrency` 8), and tuned with 64. It has not installed `sharp`, and limits of an owner are off. Five commands to",
    "the store for each life (`submit`, `claim`, `recordIntent`, `recordResult`, `settle`), on disk before they are",
    "answered; those of one turn of the event loop share a commit.",
  ].join(" "),
  [
    "**BullMQ** (`appendfsync always`): the books are in the same Redis, a Lua script each, since its own commands can be in",
    "no transaction with others. A debit, then `queue.add`; the intent as `job.updateData`, as its page on “process step jobs” notes",
    "steps; the result and the resolution in one script; the end of a job and the claim of the next are one command. With",
    "`concurrency: 50`, the example of its page on concurrency; tuned with 200, `enableAutoPipelining` of ioredis, and no",
    "look for stalled jobs.",
  ].join(" "),
  [
    "**pg-boss**: debit and `send` in one transaction (`db`), intent and result in the host's own table, and a",
    "`transactional` worker that completes with the resolution. It wakes by NOTIFY and goes on while batches are full",
    "(`burstWhenBatchFull`): by default it takes a job every two seconds. `batchSize: 10, localConcurrency: 5`; tuned, 100 and",
    "4, one statement for what a batch writes, 20 connections for the host and 20 for the queue, statements sent without waiting (`pipeline` of",
    "`pg`), a table for the queue, and no supervision.",
  ].join(" "),
  [
    "**graphile-worker**: debit, entry and `add_job` in one statement, the intent, and result and resolution in one statement,",
    "since it completes in a transaction of its own. `concurrentJobs: 10, localQueue: { size: 11 }, completeJobBatchDelay: 25`, the",
    "starting point of its page on performance; tuned with 24, 500 and 0, with which that page measures. It logs nothing.",
  ].join(" "),
];
