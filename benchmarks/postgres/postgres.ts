import type { Benchmark, Findings } from "../frame/benchmark.ts";
import { type Absent, compare, isAbsent, type Result } from "../frame/compare.ts";
import { formatKb, formatMs, formatNumber } from "../frame/format-figures.ts";
import { claimContenders } from "./claims.ts";
import type { Cost } from "./cost.ts";
import { lifeContenders } from "./lives.ts";
import { openSharedPostgres, type SharedPostgres } from "./shared-postgres.ts";
import { measureSpace, type Space } from "./space.ts";
import { submitContenders } from "./submits.ts";
import { twoNodesContenders } from "./two-nodes.ts";
import { verdictsOf } from "./verdicts.ts";

const fullSize = {
  /** Of the submits and claims. Lives and nodes have one. */
  rounds: 3,
  submitMs: 3_000,
  claims: { clients: [1, 4, 16], rows: 3_000 },
  lives: { processes: [1, 4, 16], count: { base: 800, perProcess: 200 } },
  nodes: { wakes: 80, wakesWithoutBus: 5, watchers: 250, submits: 400, everyMs: 20 },
  space: 4_000,
};
const shortSize: typeof fullSize = {
  rounds: 1,
  submitMs: 200,
  claims: { clients: [1, 4], rows: 300 },
  lives: { processes: [1, 2], count: { base: 50, perProcess: 20 } },
  nodes: { wakes: 5, wakesWithoutBus: 1, watchers: 10, submits: 20, everyMs: 20 },
  space: 200,
};

/** Submits, claims, lives and wakes on one Postgres, beside queues on the same one. */
export const postgres: Benchmark = {
  name: "postgres",
  title: "Safelight and job queues on one Postgres",
  isSeparate: true,
  method: [
    "All contenders run on one Postgres (18.4, `fsync` and `synchronous_commit` on), each round in a new database. BullMQ has its own",
    "Redis with `appendfsync always`. **submit**: one process keeps 64 submits in flight, through 16 connections. A submit of Safelight",
    "checks an idempotency key, the rate and the cap of active generations, and writes the generation, the debit and the balance in one commit;",
    "`api.submit` first reads the key, and validates the input. *The store's command alone* is that commit without the rest.",
    "The peers insert a job, and have no ledger. **claim of 8**: each client has one connection, and one process has all clients; a client stops after 20 claims that find nothing, whose CPU counts.",
    "**life**: worker processes with 3 connections and 8 slots each end all waiting generations; graphile-worker has one more connection, which",
    "listens. A life is the claim, the intent, the result and the end with its ledger entry, through the whole worker. The jobs of the peers",
    "do nothing. The first 30 % of the lives, which plan statements, are not measured, and neither are the last 10 %.",
    "**commit → seen**: one node submits, and a long poll of the owner waits on the other one, both idle. **commit → paid request**: the worker of",
    "the other node takes the generation. Times begin when `api.submit` has returned. **watchers**: 250 owners poll on each node, and the",
    "other node submits 50 generations a second to them. Nodes have 4 connections. The CPU of the server is that of all processes of Postgres, or of Redis;",
    "the CPU of Node is that of the contender's processes, both from `/proc`. Submits and claims: medians of three rounds; lives and nodes: one round.",
  ].join(" "),

  async run(size): Promise<Findings> {
    const server = await openSharedPostgres();
    if ("absent" in server) throw new Error(server.absent);
    try {
      return await measure(server, size === "full" ? fullSize : shortSize);
    } finally {
      await server.stop();
    }
  },
};

async function measure(server: SharedPostgres, size: typeof fullSize): Promise<Findings> {
  const submitsAndClaims = [...submitContenders(server, size.submitMs), ...claimContenders(server, size.claims)];
  const livesAndNodes = [...lifeContenders(server, size.lives), ...twoNodesContenders(server, size.nodes)];
  const results = [...(await compare(submitsAndClaims, size)), ...(await compare(livesAndNodes, { rounds: 1 }))];
  console.error("  log and tables");
  const space = await measureSpace(server, size.space);
  return {
    columns: ["", "per second", "p50", "p99", "CPU of the server", "CPU of Node"],
    rows: results.map(rowOf),
    verdicts: verdictsOf(results),
    notes: [spaceNote(space), ...notes],
  };
}

function rowOf({ name, outcome }: Result<Cost>): readonly string[] {
  if (isAbsent(outcome)) return [name, outcome.absent, "–", "–", "–", "–"];
  const { nodeUs, p50, p99, rate, serverUs } = outcome;
  const cpu = [serverUs, nodeUs].map((us) => (Number.isNaN(us) ? "–" : `${formatNumber(us)} µs`));
  return [name, formatNumber(rate), formatMs(p50), formatMs(p99), ...cpu];
}

function spaceNote(space: Space | Absent): string {
  if ("absent" in space) return `The log and the tables were not measured: ${space.absent}.`;
  const { bytes, lifeWal, rows, submitWal } = space;
  const perTable = rows.map(({ count, table }) => `\`${table}\` ${formatNumber(count)}`).join(", ");
  return [
    `A submit writes ${formatKb(submitWal)} of write-ahead log, and the rest of the life ${formatKb(lifeWal)}, without the page images after a`,
    `checkpoint. An ended generation occupies ${formatKb(bytes)} after \`VACUUM FULL\`, so a million ${formatNumber(bytes / 1_000)} GB. Its rows: ${perTable}.`,
  ].join(" ");
}

const notes: readonly string[] = [
  "The store of Safelight gives the client as many statements as it has connections. Others wait in the process, so the size of a pool is the number of statements at a time.",
  "Reads of many generations are a benchmark of their own: `pnpm bench:reads --postgres`.",
];
