import type { Benchmark, Findings, Size, Verdict } from "../frame/benchmark.ts";
import { type Absent, compare, isAbsent } from "../frame/compare.ts";
import { formatKb, formatMs, formatNumber, formatRatio } from "../frame/format-figures.ts";
import { isAtLeast } from "../frame/is-met.ts";
import { measureWatching, type WatchingFigures, type WatchingSize } from "./measure-watching.ts";

const sizes: Readonly<Record<Size, WatchingSize>> = {
  full: {
    browsers: 1_000,
    spreadMs: 2_000,
    jobMs: [27_500, 32_500],
    restMs: 3_000,
    intervalsMs: [500, 2_000, 5_000],
  },
  // All times divided by forty, the intervals as well.
  short: { browsers: 40, spreadMs: 50, jobMs: [690, 810], restMs: 150, intervalsMs: [13, 125] },
};
const minTimesRequests = 20;
const minTimesCpu = 10;
/** A smaller difference from the idle server is noise, so no ratio is calculated from it. */
const minCpuSeconds = 0.2;

/** Pollers below this share of their rate were slowed down by the server. */
const minShareOfRate = 0.9;

const unwatched = "no watcher";
const ours = "Safelight's client";

interface Named {
  readonly name: string;
  readonly figures: WatchingFigures;
}

/** The cost of many waiting browsers for a server. */
export const browsers: Benchmark = {
  name: "browsers",
  title: "A thousand browsers that each watch a generation of 30 seconds",
  method: `1,000 owners arrive within 2 s, submit one generation each, and watch it to its end. A generation takes 27.5 to 32.5 s at a
provider with a queue, so that the ends are spread over every polling interval. One process on core 1 simulates all browsers. The
server has core 0: Safelight in Hono on Node's HTTP server, the database on disk, no thumbnails.
Safelight's browsers use \`@safelight/client\` as the hooks do: \`events()\` from the start, then the submit, with one client each. The
pollers submit in the same way and then request \`GET /:id\` from the same server, at once and at each interval. 500 ms is the default of
fal's client; templates use 2 and 5 s. They use \`fetch\` with keep-alive connections and send the cached version in \`If-None-Match\`, as
browsers do: most responses are a 304. The table counts the requests that reach the server, without the submits, which all have in
common. It also counts the bytes on its sockets, and the processor time of its process over the same 37.5 s, above that of a run
without watchers. The delay is the time from the provider's result to the browser. Each run checks that every generation has
completed and that every browser has received its end. One round each, because a round is long.`,
  run,
};

async function run(size: Size): Promise<Findings> {
  const settings = sizes[size];
  const pollers = settings.intervalsMs.map((everyMs) => ({
    name: pollerName(everyMs),
    measure: () => measureWatching({ by: "polling", everyMs }, settings),
  }));
  const results = await compare<WatchingFigures>(
    [
      { name: unwatched, measure: () => measureWatching({ by: "none" }, settings) },
      { name: ours, measure: () => measureWatching({ by: "events" }, settings) },
      ...pollers,
    ],
    { rounds: 1 },
  );
  const figuresOf = (name: string): WatchingFigures =>
    present(results.find((result) => result.name === name)?.outcome ?? { absent: `${name} was not measured.` });
  const idle = figuresOf(unwatched);
  const cpuOf = (name: string): number => figuresOf(name).cpuSeconds - idle.cpuSeconds;
  const timesRequests = (name: string): number => figuresOf(name).requests / figuresOf(ours).requests;
  const timesCpu = (name: string): number => (cpuOf(ours) < minCpuSeconds ? NaN : cpuOf(name) / cpuOf(ours));

  const row = (name: string): readonly string[] => {
    const { bytes, cpuSeconds, delayP50, delayP99, requests } = figuresOf(name);
    const watches = name !== unwatched;
    return [
      name,
      requests.toLocaleString("en-US"),
      watches ? formatRatio(timesRequests(name)) : "–",
      `${formatNumber(cpuSeconds)} s`,
      watches ? `${formatNumber(cpuOf(name))} s` : "–",
      watches ? formatRatio(timesCpu(name)) : "–",
      formatKb(bytes / settings.browsers),
      formatMs(delayP50),
      formatMs(delayP99),
    ];
  };
  const verdictsOf = ({ name }: { readonly name: string }): readonly Verdict[] => [
    {
      what: `requests of ${settings.browsers.toLocaleString("en-US")} browsers, each watching a generation of 30 s, compared with ${name}`,
      target: `≥ ${minTimesRequests} × fewer`,
      measured: formatRatio(timesRequests(name)),
      isMet: isAtLeast(timesRequests(name), minTimesRequests),
    },
    {
      what: `processor time of the server for the same, compared with ${name}`,
      target: `≥ ${minTimesCpu} × less`,
      measured: formatRatio(timesCpu(name)),
      isMet: isAtLeast(timesCpu(name), minTimesCpu),
    },
  ];
  return {
    columns: [
      "watcher",
      "requests",
      "ratio",
      "CPU of the server",
      "of it for watching",
      "ratio",
      "bytes per browser",
      "delay p50",
      "delay p99",
    ],
    rows: results.map(({ name }) => row(name)),
    verdicts: pollers.flatMap(verdictsOf),
    notes: notesOf(
      results.map(({ name }) => ({ name, figures: figuresOf(name) })),
      settings,
    ),
  };
}

/** Safelight needs no server that could be absent. */
function present(outcome: WatchingFigures | Absent): WatchingFigures {
  if (isAbsent(outcome)) throw new Error(outcome.absent);
  return outcome;
}

/** Explanations of the figures. */
function notesOf(results: readonly Named[], { browsers: count, jobMs, intervalsMs }: WatchingSize): readonly string[] {
  const arithmetic = `A watcher sends at least one request. In 30 s, a poll every 2 s sends 15 and one every 5 s sends 6, so a ratio of 20
is out of reach there. A Safelight browser sends two: one for the active generations, and one for the stream.`;
  const failed = results
    .filter(({ figures }) => figures.failures > 0)
    .map(
      ({ name, figures }) => `${name}: ${formatNumber(figures.failures)} requests got no response, and were repeated.`,
    );
  const meanMs = (jobMs[0] + jobMs[1]) / 2;
  const starved = intervalsMs.flatMap((everyMs) => {
    const requests = results.find(({ name }) => name === pollerName(everyMs))?.figures.requests ?? NaN;
    const wanted = (count * meanMs) / everyMs;
    const isStarved = requests < wanted * minShareOfRate;
    return isStarved
      ? [
          `${pollerName(everyMs)}: sent ${formatNumber(requests)} requests instead of about ${formatNumber(wanted)}, because responses took longer than the interval.`,
        ]
      : [];
  });
  return [arithmetic, ...failed, ...starved];
}

function pollerName(everyMs: number): string {
  return `polling every ${everyMs.toLocaleString("en-US")} ms`;
}
