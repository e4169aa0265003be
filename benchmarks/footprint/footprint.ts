import type { Benchmark, Findings, Size } from "../frame/benchmark.ts";
import { isAtMost } from "../frame/is-met.ts";
import { inKb, inMs, inTimes, inWords } from "../frame/words.ts";
import { type ColdStarts, coldStarts, type Start } from "./cold-start.ts";
import { type DatabaseBytes, databaseBytes } from "./database-bytes.ts";
import { idleStreams, type StreamLoad } from "./idle-streams.ts";
import { type ImportCost, importCosts } from "./import-cost.ts";

interface Amounts extends StreamLoad {
  readonly generations: number;
  readonly starts: number;
  readonly imports: number;
}

/** Each stream has said something again by the end of `idleMs` in full. */
const amounts: Readonly<Record<Size, Amounts>> = {
  full: { generations: 3_000, visits: 3_000, streams: 1_000, idleMs: 17_000, starts: 10, imports: 5 },
  short: { generations: 100, visits: 100, streams: 50, idleMs: 500, starts: 1, imports: 1 },
};
const mostColdStartMs = 150;
/** Tables that a generation adds less to are not shown. */
const leastShownBytes = 50;

/** What Safelight takes of the machine that it runs on. */
export const footprint: Benchmark = {
  name: "footprint",
  title: "Footprint",
  method:
    "**Database**: generations are submitted with a key and a prompt of 200 characters, complete with one output, and what the file has " +
    "grown by is divided by their number, with the write-ahead log written back and nothing vacuumed. **Streams**: RSS and heap of a " +
    "server after a collection, before and after 1,000 owners have opened a stream each and nothing has happened on it for 17 s; " +
    "beside it `streamSSE` of Hono on the same server of Node, which sends a beat as often. **Cold start**: from the start of the " +
    "process until `GET /api/generations/active` is answered, asked for anew each millisecond, for the host of the README, its types " +
    "taken out beforehand; on one core, median of ten; beside it Node and Hono with one route. **Imports**: `import()` of each public " +
    "entry in a new process, beyond that of an empty module, median of five, with what it leaves on the heap. The database " +
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
    return toFindings({ database, streams, cold, costs }, amounts[size], size);
  },
};

interface Measured {
  readonly database: DatabaseBytes;
  readonly streams: Awaited<ReturnType<typeof idleStreams>>;
  readonly cold: ColdStarts;
  readonly costs: readonly ImportCost[];
}

function toFindings({ cold, costs, database, streams }: Measured, { streams: count }: Amounts, size: Size): Findings {
  const { bare, existing, fresh, typescript, validating } = cold;
  return {
    columns: ["", "Safelight", "beside it", "to Safelight's"],
    rows: [
      ["database, each completed generation", inBytes(database.each), "", ""],
      ...database.tables
        .filter(({ indexes, rows }) => rows + indexes >= leastShownBytes)
        .map(({ indexes, name, rows }) => [
          `of that, \`${name}\``,
          `${inBytes(rows)} of rows, ${inBytes(indexes)} of indexes`,
          "",
          "",
        ]),
      beside(`each of ${inWords(count)} idle streams, RSS`, streams.ours.rss, streams.bare.rss, inKb),
      beside("each of them, JavaScript heap", streams.ours.heap, streams.bare.heap, inKb),
      startRow("cold start on an existing database", existing, bare),
      startRow("cold start on a new database", fresh, bare),
      startRow("the same as `node server.ts`, on an existing database", typescript, bare),
      startRow("beside one with a schema of zod, as the host has it", existing, validating),
      ...costs.map(({ entry, heapBytes, missing, ms }) => [
        `\`import("${entry}")\``,
        missing ?? `${inMs(ms)}, ${inWords(heapBytes / 1e6)} MB`,
        "",
        "",
      ]),
    ],
    verdicts: [
      {
        what: "Cold start of the README's host, until its first answer",
        target: `≤ ${inMs(mostColdStartMs)}`,
        measured: `${inMs(existing.ms)} (new database: ${inMs(fresh.ms)}; Node and Hono alone: ${inMs(bare.ms)})`,
        isMet: size === "full" ? isAtMost(Math.max(existing.ms, fresh.ms), mostColdStartMs) : null,
      },
    ],
    notes: [
      "Rows of `safelight_submissions` go after a week, with their idempotency keys. All else stays as long as its generation does.",
      "RSS of a stream falls with their number: part of it is what V8 takes in reserve for the whole server. " +
        "`pnpm bench:watching` measures ten times as many.",
      "Beside a cold start stands the processor time of its process until then, which hardly changes with what else the machine " +
        "does. Profiled, nearly half of it goes to Node, its HTTP and Hono; a fifth to zod (95 modules, with the messages of fifty " +
        "languages), which the host imports for its own schema; an eighth to the modules of `@safelight/server` and what they " +
        "import; the rest to the demo's provider, opening the database and the first answer. A host that is bundled into one file, or " +
        "starts with `NODE_COMPILE_CACHE`, spares itself more than a quarter of it, or an eighth.",
    ],
  };
}

function beside(what: string, ours: number, theirs: number, inUnit: (figure: number) => string): readonly string[] {
  return [what, inUnit(ours), inUnit(theirs), inTimes(theirs / ours)];
}

function startRow(what: string, ours: Start, bare: Start): readonly string[] {
  return [what, inStart(ours), inStart(bare), inTimes(bare.ms / ours.ms)];
}

function inStart({ cpuMs, ms }: Start): string {
  return `${inMs(ms)} (${inMs(cpuMs)} of processor time)`;
}

function inBytes(bytes: number): string {
  return `${inWords(bytes)} B`;
}
