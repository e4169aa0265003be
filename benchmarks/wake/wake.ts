import type { Benchmark, Findings, Verdict } from "../frame/benchmark.ts";
import { compare, isAbsent, type Result } from "../frame/compare.ts";
import { formatMs, formatRatio } from "../frame/format-figures.ts";
import { isAtMost } from "../frame/is-met.ts";
import { safelight, type WakeFigures, wakeContenders } from "./contenders.ts";

const targets = { p50: 2, p99: 10 } as const;

/** Time from submit to the start of the work on an idle server. */
export const wake: Benchmark = {
  name: "wake",
  title: "From submit to the start of the work, on an idle server",
  method: [
    "One process accepts and works, and is idle in between: one submit at a time, 10 to 30 ms after the previous one has started.",
    "The time runs from the call that submits (`api.submit`, `queue.add`, `boss.send`, `addJob`) to the first line of",
    "the function that does the work, in the same process. Safelight makes three durable commits in between",
    "(the generation with its debit, the claim, the intent), the peers two (the job, the claim), since they",
    "have no ledger in this benchmark. Each commit is on disk before it is acknowledged. Three rounds, each with new processes and a new",
    "database; the table shows medians.",
  ].join(" "),

  async run(size): Promise<Findings> {
    const [count, rounds] = size === "full" ? [110, 3] : [12, 1];
    const results = await compare(wakeContenders(count), { rounds });
    const ours = results.find(({ name }) => name === safelight)?.outcome;
    if (ours === undefined || isAbsent(ours)) throw new Error("Safelight was not measured.");
    return {
      columns: ["", "p50", "p99", "slowest", "p50, relative to Safelight"],
      rows: results.map((result) => rowOf(result, ours)),
      verdicts: [verdictOf(ours, "p50"), verdictOf(ours, "p99")],
      notes,
    };
  },
};

function rowOf({ name, outcome }: Result<WakeFigures>, ours: WakeFigures): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–"];
  const { max, p50, p99 } = outcome;
  return [name, formatMs(p50), formatMs(p99), formatMs(max), formatRatio(p50 / ours.p50)];
}

function verdictOf(ours: WakeFigures, part: keyof typeof targets): Verdict {
  const target = targets[part];
  const what = `submit → start of the work, idle server, ${part}`;
  return { what, target: `≤ ${target} ms`, measured: formatMs(ours[part]), isMet: isAtMost(ours[part], target) };
}

const notes: readonly string[] = [
  [
    "Safelight runs with its defaults. BullMQ's worker blocks on a marker in Redis and has no option that shortens the",
    "path of a single job; tuned, it has eight blocked slots, removes completed jobs and does not check for stalled ones.",
    "pg-boss wakes its workers by `useListenNotify` and `notify` of the queue, as its page on workers describes under “low-latency",
    "dispatch”; without them it polls every two seconds. Tuned, the queue has its own table, and the process has no other",
    "tasks (`supervise`, `schedule` and `registerInstance` off). graphile-worker listens by default; tuned, it completes",
    "in batches (`completeJobBatchDelay: 0`, which its page on performance recommends to all). Logging is off.",
  ].join(" "),
];
