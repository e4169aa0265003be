import type { Benchmark, Findings, Verdict } from "../frame/benchmark.ts";
import { compare, isAbsent, type Result } from "../frame/compare.ts";
import { isAtMost } from "../frame/is-met.ts";
import { inMs, inTimes } from "../frame/words.ts";
import { safelight, type WakeFigures, wakeContenders } from "./contenders.ts";

const targets = { p50: 2, p99: 10 } as const;

/** How long an idle server takes to begin with what was submitted. */
export const wake: Benchmark = {
  name: "wake",
  title: "From submit to the start of the work, on an idle server",
  method: [
    "One process accepts and works, and is idle in between: one submit at a time, 10 to 30 ms after the one before has begun.",
    "Counted is the time from the call that submits (`api.submit`, `queue.add`, `boss.send`, `addJob`) to the first line of",
    "the function that does the work, by the clock of the process that both are in. It takes three durable commits here",
    "(the generation with its debit, the claim, the intent to ask the provider), two in the peers (the job, the claim): they",
    "keep no ledger in this one. Everything is on disk before it is acknowledged. Three rounds, each with new processes and a new",
    "database; medians are shown.",
  ].join(" "),

  async run(size): Promise<Findings> {
    const [count, rounds] = size === "full" ? [110, 3] : [12, 1];
    const results = await compare(wakeContenders(count), { rounds });
    const ours = results.find(({ name }) => name === safelight)?.outcome;
    if (ours === undefined || isAbsent(ours)) throw new Error("Safelight itself was not measured.");
    return {
      columns: ["", "p50", "p99", "slowest", "p50 to Safelight's"],
      rows: results.map((result) => rowOf(result, ours)),
      verdicts: [verdictOf(ours, "p50"), verdictOf(ours, "p99")],
      notes,
    };
  },
};

function rowOf({ name, outcome }: Result<WakeFigures>, ours: WakeFigures): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–"];
  const { most, p50, p99 } = outcome;
  return [name, inMs(p50), inMs(p99), inMs(most), inTimes(p50 / ours.p50)];
}

function verdictOf(ours: WakeFigures, part: keyof typeof targets): Verdict {
  const target = targets[part];
  const what = `submit → the work starts, idle server, ${part}`;
  return { what, target: `≤ ${target} ms`, measured: inMs(ours[part]), isMet: isAtMost(ours[part], target) };
}

const notes: readonly string[] = [
  [
    "Safelight runs with its defaults. BullMQ's worker blocks on a marker in Redis and has nothing to set that shortens the",
    "way of a single job; tuned, it holds eight blocked slots, forgets what is done and does not look for stalled jobs.",
    "pg-boss wakes its workers by `useListenNotify` and `notify` of the queue, as its page on workers says under “low-latency",
    "dispatch”; without them it looks every two seconds. Tuned, the queue has a table of its own and nothing else goes on in",
    "the process (`supervise`, `schedule` and `registerInstance` off). graphile-worker listens by default; tuned, it completes",
    "in batches (`completeJobBatchDelay: 0`, which its page on performance advises to all). It logs nothing here.",
  ].join(" "),
];
