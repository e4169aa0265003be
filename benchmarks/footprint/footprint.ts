import type { Benchmark, Findings, Size } from "../frame/benchmark.ts";
import { formatKb, formatMs, formatNumber, formatRatio } from "../frame/format-figures.ts";
import { isAtMost } from "../frame/is-met.ts";
import { type ColdStarts, coldStarts, type Start } from "./cold-start.ts";
import { type DatabaseBytes, databaseBytes } from "./database-bytes.ts";
import { idleStreams, type StreamLoad } from "./idle-streams.ts";
import { type ImportCost, importCosts } from "./import-cost.ts";

interface Amounts extends StreamLoad {
  readonly generations: number;
  readonly starts: number;
  readonly imports: number;
}

/** By the end of `idleMs` in full, each stream has sent a heartbeat. */
const amounts: Readonly<Record<Size, Amounts>> = {
  full: { generations: 3_000, visits: 3_000, streams: 1_000, idleMs: 17_000, starts: 10, imports: 5 },
  short: { generations: 100, visits: 100, streams: 50, idleMs: 500, starts: 1, imports: 1 },
};
const maxColdStartMs = 150;
/** Tables with fewer bytes per generation are not listed. */
const minShownBytes = 50;

/** Memory, disk and time that Safelight needs. */
export const footprint: Benchmark = {
  name: "footprint",
  title: "Footprint",
  method:
    "**Database**: generations are submitted with a key and a prompt of 200 characters and complete with one output. The growth of the " +
    "file is divided by their number, after a checkpoint of the write-ahead log, without a vacuum. **Streams**: RSS and heap of a " +
    "server after a garbage collection, before and after 1,000 owners have opened a stream each and left it idle for 17 s. " +
    "The comparison is `streamSSE` of Hono on the same Node server, with the same heartbeat. **Cold start**: the time from the start of the " +
    "process to the response of `GET /api/generations/active`, which is requested every millisecond. The host is the README's, with its types " +
    "stripped; on one core, median of ten. The comparison is Node and Hono with one route. **Imports**: `import()` of each public " +
    "entry in a new process, beyond that of an empty module, median of five, with the heap that it retains. The database " +
    "and the streams are measured once.",
  run: async (size) => {
    const { generations, imports, starts, ...load } = amounts[size];
    console.error("  database");
    const database = await databaseBytes(generations);
    console.error("  streams");
    const streams = await idleStreams(load);
    console.error("  cold starts");
    const cold = await coldStarts(starts);
    console.error("  imports");
    const costs = await importCosts(imports);
    return toFindings({ database, streams, cold, costs }, { amounts: amounts[size], size });
  },
};

interface Measured {
  readonly database: DatabaseBytes;
  readonly streams: Awaited<ReturnType<typeof idleStreams>>;
  readonly cold: ColdStarts;
  readonly costs: readonly ImportCost[];
}

function toFindings(
  { cold, costs, database, streams }: Measured,
  { amounts: { streams: count }, size }: { readonly amounts: Amounts; readonly size: Size },
): Findings {
  const { bare, existing, fresh, typescript, validating } = cold;
  return {
    columns: ["", "Safelight", "comparison", "relative to Safelight"],
    rows: [
      ["database, per completed generation", formatBytes(database.each), "", ""],
      ...database.tables
        .filter(({ indexes, rows }) => rows + indexes >= minShownBytes)
        .map(({ indexes, name, rows }) => [
          `of that, \`${name}\``,
          `${formatBytes(rows)} of rows, ${formatBytes(indexes)} of indexes`,
          "",
          "",
        ]),
      comparisonRow({
        what: `each of ${formatNumber(count)} idle streams, RSS`,
        ours: streams.ours.rss,
        bare: streams.bare.rss,
      }),
      comparisonRow({ what: "each idle stream, JavaScript heap", ours: streams.ours.heap, bare: streams.bare.heap }),
      startRow("cold start on an existing database", { ours: existing, bare }),
      startRow("cold start on a new database", { ours: fresh, bare }),
      startRow("the same as `node server.ts`, on an existing database", { ours: typescript, bare }),
      startRow("compared with a host with a zod schema", { ours: existing, bare: validating }),
      ...costs.map(({ entry, heapBytes, missing, ms }) => [
        `\`import("${entry}")\``,
        missing ?? `${formatMs(ms)}, ${formatNumber(heapBytes / 1e6)} MB`,
        "",
        "",
      ]),
    ],
    verdicts: [
      {
        what: "Cold start of the README's host, to its first response",
        target: `≤ ${formatMs(maxColdStartMs)}`,
        measured: `${formatMs(existing.ms)} (new database: ${formatMs(fresh.ms)}; Node and Hono alone: ${formatMs(bare.ms)})`,
        isMet: size === "full" ? isAtMost(Math.max(existing.ms, fresh.ms), maxColdStartMs) : null,
      },
    ],
    notes: [
      "Rows of `safelight_submissions` are deleted after a week, with their idempotency keys. All other rows stay as long as their generation.",
      "RSS per stream falls with the number of streams, since part of it is memory that V8 reserves for the whole server. " +
        "`pnpm bench:watching` measures ten times as many.",
      "The processor time of a cold start hardly depends on other processes of the machine. In a profile, nearly half of it is Node, " +
        "its HTTP server and Hono. A fifth is zod, which the host imports for its own schema (95 modules, with the messages of fifty " +
        "languages). An eighth is the modules of `@safelight/server` and their imports. The rest is the demo provider, opening " +
        "the database and the first response. Bundling the host into one file saves more than a quarter of it, and " +
        "`NODE_COMPILE_CACHE` an eighth.",
    ],
  };
}

function comparisonRow(row: {
  readonly what: string;
  readonly ours: number;
  readonly bare: number;
}): readonly string[] {
  const { what, ours, bare } = row;
  return [what, formatKb(ours), formatKb(bare), formatRatio(bare / ours)];
}

function startRow(what: string, { ours, bare }: { readonly ours: Start; readonly bare: Start }): readonly string[] {
  return [what, formatStart(ours), formatStart(bare), formatRatio(bare.ms / ours.ms)];
}

function formatStart({ cpuMs, ms }: Start): string {
  return `${formatMs(ms)} (${formatMs(cpuMs)} of processor time)`;
}

function formatBytes(bytes: number): string {
  return `${formatNumber(bytes)} B`;
}
