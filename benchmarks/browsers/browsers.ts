import type { Benchmark, Findings, Size, Verdict } from "../frame/benchmark.ts";
import { type Absent, compare, isAbsent } from "../frame/compare.ts";
import { isAtLeast } from "../frame/is-met.ts";
import { inKb, inMs, inTimes, inWords } from "../frame/words.ts";
import { measureWatching, type WatchingFigures, type WatchingSize } from "./measure-watching.ts";

const sizes: Readonly<Record<Size, WatchingSize>> = {
  full: {
    browsers: 1_000,
    spreadMs: 2_000,
    developMs: [27_500, 32_500],
    restMs: 3_000,
    intervalsMs: [500, 2_000, 5_000],
  },
  // A fortieth of all times, the intervals as well.
  short: { browsers: 40, spreadMs: 50, developMs: [690, 810], restMs: 150, intervalsMs: [13, 125] },
};
const leastTimesRequests = 20;
const leastTimesCpu = 10;
/** Less than this above nobody is noise, and no ratio is made of it. */
const leastCpuSeconds = 0.2;

/** Pollers that came to less of what their pace asks for were held up by the server. */
const leastOfPace = 0.9;

const nobody = "nobody watches";
const ours = "Safelight's client";

interface Named {
  readonly name: string;
  readonly figures: WatchingFigures;
}

/** What it costs a server that many browsers wait. */
export const browsers: Benchmark = {
  name: "browsers",
  title: "A thousand browsers that each watch a generation of 30 seconds",
  method: `1,000 owners come within 2 s, submit one generation each, and watch it to its end. Their generations take 27.5 to
32.5 s at a provider that takes a job and has the picture later, so that ends come in no step with anybody's interval. All are
simulated by one process on core 1, the server (Safelight in Hono on Node's plain HTTP server, the database on disk,
no thumbnails) has core 0.
Safelight's browsers use \`@safelight/client\` as the hooks do: \`events()\` from the beginning on, then the submit, one client each. The
pollers submit in the same way and then ask \`GET /:id\` of the same server, at once and at each interval (500 ms is the default of fal's
client, 2 and 5 s are what templates use), on plain \`fetch\` with connections that are kept, and name the version that they have
(\`If-None-Match\`), as browsers do: most of their answers are a 304. Counted are the requests that reached the server, but for the
submits, which are the same for all; the processor time of its process, over the same 37.5 s for all, above that of a run in which
everybody submits and nobody watches; and all bytes on its sockets. Late is from the moment at which the provider says that the
picture is there to the moment at which the browser knows. It is checked that each generation has completed, and that each browser
saw it. One round of each, as each takes so long.`,
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
      { name: nobody, measure: () => measureWatching({ by: "nobody" }, settings) },
      { name: ours, measure: () => measureWatching({ by: "events" }, settings) },
      ...pollers,
    ],
    { rounds: 1 },
  );
  const figuresOf = (name: string): WatchingFigures =>
    present(results.find((result) => result.name === name)?.outcome ?? { absent: `${name} was not measured` });
  const idle = figuresOf(nobody);
  const cpuOf = (name: string): number => figuresOf(name).cpuSeconds - idle.cpuSeconds;
  const timesRequests = (name: string): number => figuresOf(name).requests / figuresOf(ours).requests;
  const timesCpu = (name: string): number => (cpuOf(ours) < leastCpuSeconds ? NaN : cpuOf(name) / cpuOf(ours));

  const row = (name: string): readonly string[] => {
    const { bytes, cpuSeconds, lateP50, lateP99, requests } = figuresOf(name);
    const watches = name !== nobody;
    return [
      name,
      requests.toLocaleString("en-US"),
      watches ? inTimes(timesRequests(name)) : "–",
      `${inWords(cpuSeconds)} s`,
      watches ? `${inWords(cpuOf(name))} s` : "–",
      watches ? inTimes(timesCpu(name)) : "–",
      inKb(bytes / settings.browsers),
      inMs(lateP50),
      inMs(lateP99),
    ];
  };
  const verdictsOf = ({ name }: { readonly name: string }): readonly Verdict[] => [
    {
      what: `requests of ${settings.browsers.toLocaleString("en-US")} browsers, each watching a generation of 30 s, beside ${name}`,
      target: `≥ ${leastTimesRequests} × fewer`,
      measured: inTimes(timesRequests(name)),
      isMet: isAtLeast(timesRequests(name), leastTimesRequests),
    },
    {
      what: `processor time of the server for the same, beside ${name}`,
      target: `≥ ${leastTimesCpu} × less`,
      measured: inTimes(timesCpu(name)),
      isMet: isAtLeast(timesCpu(name), leastTimesCpu),
    },
  ];
  return {
    columns: [
      "who watches",
      "requests",
      "ratio",
      "CPU of the server",
      "of it for watching",
      "ratio",
      "bytes for each",
      "late p50",
      "late p99",
    ],
    rows: results.map(({ name }) => row(name)),
    verdicts: pollers.flatMap(verdictsOf),
    notes: notesOf(
      results.map(({ name }) => ({ name, figures: figuresOf(name) })),
      settings,
    ),
  };
}

/** The server is always there. */
function present(outcome: WatchingFigures | Absent): WatchingFigures {
  if (isAbsent(outcome)) throw new Error(outcome.absent);
  return outcome;
}

/** What the figures do not say by themselves. */
function notesOf(
  results: readonly Named[],
  { browsers: count, developMs, intervalsMs }: WatchingSize,
): readonly string[] {
  const arithmetic = `No watcher can ask less than once: in 30 s, a poll every 2 s asks 15 times and one every 5 s asks 6 times, so
that a ratio of 20 is out of reach beside them. Each of Safelight's asks twice: what there is, and for the stream.`;
  const unanswered = results
    .filter(({ figures }) => figures.failures > 0)
    .map(({ name, figures }) => `${name}: ${inWords(figures.failures)} requests got no answer, and were sent again.`);
  const meanMs = (developMs[0] + developMs[1]) / 2;
  const starved = intervalsMs.flatMap((everyMs) => {
    const requests = results.find(({ name }) => name === pollerName(everyMs))?.figures.requests ?? NaN;
    const wanted = (count * meanMs) / everyMs;
    const isStarved = requests < wanted * leastOfPace;
    return isStarved
      ? [
          `${pollerName(everyMs)}: asked ${inWords(requests)} times and not some ${inWords(wanted)}, as answers took longer than that.`,
        ]
      : [];
  });
  return [arithmetic, ...unanswered, ...starved];
}

function pollerName(everyMs: number): string {
  return `polling every ${everyMs.toLocaleString("en-US")} ms`;
}
