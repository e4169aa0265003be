import type { Benchmark, Findings, Size } from "../frame/benchmark.ts";
import { type Absent, compare, isAbsent, type Result } from "../frame/compare.ts";
import { formatMs, formatNumber, formatRatio } from "../frame/format-figures.ts";
import { isInstalled, notInstalled } from "../frame/is-installed.ts";
import { areAllMet, isAbove, isAtMost } from "../frame/is-met.ts";
import { honoHost, splitHonoHost } from "./hono-host.ts";
import { type Sources, writeProject } from "./project.ts";
import { safelightClientHost, safelightHooksHost } from "./safelight-host.ts";
import { schemasAlone } from "./schemas-alone.ts";
import { type TypeCheckCost, typeCheck } from "./type-check.ts";

interface Host {
  readonly name: string;
  readonly sources: (models: number) => Sources;
  readonly modules: URL;
}

const ours = new URL("../node_modules", import.meta.url);
const peers = new URL("../peers/node_modules", import.meta.url);
const maxInstantiations = 400_000;

const client = "Safelight, `client.submit`";
const hooks = "Safelight, `client.submit` and `useGenerate`";
const hono = "Hono, one chain and one `hc`";
const tunedHono = "Hono, tuned: an `hc` per 20 routes";

const hosts: readonly Host[] = [
  { name: client, sources: safelightClientHost, modules: ours },
  { name: hooks, sources: safelightHooksHost, modules: ours },
  { name: hono, sources: honoHost, modules: peers },
  { name: tunedHono, sources: splitHonoHost, modules: peers },
  { name: "the schemas alone", sources: schemasAlone, modules: ours },
];

/** Cost of the types in a host's project. */
export const types: Benchmark = {
  name: "types",
  title: "Type checks",
  method:
    "A host with 1, 20 and 200 models, whose zod schemas of five fields all differ, and a page with a typed call to each of them " +
    "that reads the typed response. With Hono, the host has a route with `zValidator` per model and the page a `$post` through `hc`. `tsc " +
    "--extendedDiagnostics` checks each project like a host's, against the published declarations. Each project also " +
    "has a wrong value and a wrong name, which must not compile. Instantiations are counted with one checker " +
    "(`--singleThreaded`), since TypeScript 7 starts several and counts types that two of them need twice. Times and memory are those of a " +
    "default run. Three rounds, each with a newly written project; the table shows medians.",
  run: async (size) => {
    const counts = size === "full" ? [1, 20, 200] : [5];
    const contenders = counts.flatMap((count) =>
      hosts.map((host) => ({ name: rowName(host.name, count), measure: () => measure(host, count) })),
    );
    return toFindings(await compare(contenders, { rounds: size === "full" ? 3 : 1 }), { counts, size });
  },
};

async function measure({ modules, sources }: Host, count: number): Promise<TypeCheckCost | Absent> {
  if (!isInstalled(modules)) return notInstalled;
  const project = await writeProject(sources(count), modules);
  try {
    return await typeCheck(project.path);
  } finally {
    await project.remove();
  }
}

function toFindings(
  results: readonly Result<TypeCheckCost>[],
  { counts, size }: { readonly counts: readonly number[]; readonly size: Size },
): Findings {
  const costOf = (name: string, count: number): TypeCheckCost | null => {
    const outcome = results.find((result) => result.name === rowName(name, count))?.outcome;
    return outcome === undefined || isAbsent(outcome) ? null : outcome;
  };
  const max = counts.at(-1) ?? 0;
  const own = [client, hooks].flatMap((name) => costOf(name, max) ?? []);
  const theirs = [hono, tunedHono].flatMap((name) => costOf(name, max) ?? []);
  const dearest = Math.max(...own.map(({ instantiations }) => instantiations));
  const ofAll = Math.max(...own.map(({ instantiationsOfAll }) => instantiationsOfAll));
  const cheapest = Math.min(...theirs.map(({ instantiations }) => instantiations));
  const slowest = Math.max(...own.map(({ checkMs }) => checkMs));
  const fastest = Math.min(...theirs.map(({ checkMs }) => checkMs));
  return {
    columns: [
      "",
      "instantiations",
      "of all checkers",
      "check",
      "total",
      "memory",
      "instantiations, relative to Safelight",
    ],
    rows: counts.flatMap((count) =>
      hosts.map(({ name }) => {
        const cost = costOf(name, count);
        if (cost === null) return [rowName(name, count), notInstalled.absent, "–", "–", "–", "–", "–"];
        return [rowName(name, count), ...cellsOf(cost, costOf(client, count))];
      }),
    ),
    verdicts: [
      {
        what: `Instantiations of a host with ${max} models, client and hooks`,
        target: `≤ ${formatNumber(maxInstantiations)} at 200 (one checker)`,
        measured: `${formatNumber(dearest)} in one checker, ${formatNumber(ofAll)} in all checkers of a default run`,
        isMet: size === "full" ? isAtMost(dearest, maxInstantiations) : null,
      },
      {
        what: `Type checks of ${max} models, compared with ${max} Hono routes through \`hc\``,
        target: "fewer instantiations (one checker), less time",
        measured:
          theirs.length === 0
            ? "–"
            : `${formatRatio(cheapest / dearest)} fewer, ${formatMs(slowest)} of checking compared with ${formatMs(fastest)}`,
        isMet:
          size === "short" || theirs.length < 2
            ? null
            : areAllMet(isAbove(cheapest, dearest), isAbove(fastest, slowest)),
      },
    ],
    notes: [
      "Hono is tuned by its guide to RPC: an app and a client per part. The guide's other advice, to compile the types " +
        "of the client beforehand, moves the same work into another step of the build and is not counted here.",
      "With a page and a server in two files, two checkers of TypeScript 7 each resolve the types of the models: " +
        "nearly twice the instantiations, in parallel on two cores.",
    ],
  };
}

function cellsOf(cost: TypeCheckCost, own: TypeCheckCost | null): readonly string[] {
  return [
    formatNumber(cost.instantiations),
    formatNumber(cost.instantiationsOfAll),
    formatMs(cost.checkMs),
    formatMs(cost.totalMs),
    `${formatNumber(cost.memoryBytes / 1e6)} MB`,
    formatRatio(cost.instantiations / (own?.instantiations ?? NaN)),
  ];
}

function rowName(name: string, count: number): string {
  return `${count} ${count === 1 ? "model" : "models"}: ${name}`;
}
