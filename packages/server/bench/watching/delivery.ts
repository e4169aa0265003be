import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, type ConnectionState, createSafelightClient } from "@safelight/client";
import type { BenchSize, Figure } from "./figure.js";
import { startHoldingProxy } from "./holding-proxy.js";
import { inMs, quantilesOf } from "./quantiles.js";
import { type ServerProcess, startServer } from "./server-process.js";

/** One way from the server to the client. */
interface Way {
  readonly what: string;
  /** What the client must take it for before anything is timed. */
  readonly connection: ConnectionState;
  /** What lies between: nothing, or what holds each answer back until it is whole, and gives up after so long. */
  readonly between: { readonly patienceMs: number | null } | null;
  /** From one submit to the next, and from a submit to its end. */
  readonly everyMs: number;
  readonly developMs: number;
  readonly mostMs: { readonly p50: number } | { readonly p99: number };
}

const ways: readonly [Way, Way, Way] = [
  {
    what: "over a stream",
    connection: "live",
    between: null,
    everyMs: 100,
    developMs: 250,
    mostMs: { p50: 50 },
  },
  {
    what: "where a proxy collects answers: over held questions",
    connection: "live",
    between: { patienceMs: null },
    everyMs: 500,
    developMs: 700,
    mostMs: { p99: 25_000 },
  },
  {
    // Something is always in progress, as the server's pace is another one where nothing is.
    what: "where held questions are cut, too: at the server's pace (`pollAfterMs` of 500 to 2,000 here)",
    connection: "polling",
    between: { patienceMs: 500 },
    everyMs: 3_000,
    developMs: 4_000,
    // A quarter more than the pace, and the pause after a question that was cut.
    mostMs: { p99: 3_000 },
  },
];

/** Two streams are tried before a client asks instead, for five seconds each, and two held questions after them. */
const findingOutMs = 90_000;
/** For what is still under way when the last one has been submitted. */
const arrivalMs = 30_000;

/** From the end of a generation on the server to the event of a client, over each way there is. */
export async function delivery({ deliveries }: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  try {
    const figures: Figure[] = [];
    for (const [index, way] of ways.entries()) figures.push(await timeWay(server, way, deliveries[index] ?? 1));
    return figures;
  } finally {
    await server.close();
  }
}

async function timeWay(server: ServerProcess, way: Way, count: number): Promise<Figure> {
  const direct = `http://127.0.0.1:${server.port}`;
  const proxy = way.between === null ? null : await startHoldingProxy({ port: server.port, ...way.between });
  const headers = { authorization: `owner ${way.what}` };
  const leaving = new AbortController();
  const heardAt = new Map<string, number>();
  let connection: ConnectionState = "offline";
  const listen = async (): Promise<void> => {
    const client = createSafelightClient({ baseUrl: proxy?.url ?? direct, headers });
    for await (const event of client.events({ signal: leaving.signal })) {
      if (event.type === "connection") connection = event.state;
      if (event.type === "generation" && event.generation.status === "completed") {
        heardAt.set(event.generation.id, performance.timeOrigin + performance.now());
      }
    }
  };
  const end = listen();
  const submitter: AnySafelightClient = createSafelightClient({
    baseUrl: direct,
    headers,
  });
  const submit = async (): Promise<string> => {
    const { generation } = await submitter.submit("demo", { prompt: "dusk", developMs: way.developMs });
    await pause(way.everyMs);
    return generation.id;
  };
  try {
    const isReady = (): boolean =>
      connection === way.connection && (way.connection !== "live" || proxy === null || proxy.held > 2);
    for (const began = performance.now(); !isReady(); await submit()) {
      if (performance.now() - began > findingOutMs) throw new Error(`The client did not come to be ${way.connection}.`);
    }
    const ids: string[] = [];
    while (ids.length < count) ids.push(await submit());
    for (const began = performance.now(); !ids.every((id) => heardAt.has(id)); await pause(20)) {
      if (performance.now() - began > arrivalMs) throw new Error(`Not every end was heard, ${way.what}.`);
    }
    const quantiles = quantilesOf(ids.map((id) => (heardAt.get(id) ?? NaN) - (server.settledAt.get(id) ?? NaN)));
    const [[which, most] = ["p50", 0]] = Object.entries(way.mostMs);
    return {
      what: `settled on the server → event in the client, ${way.what}: p50, p99 of ${count}`,
      measured: `${inMs(quantiles.p50)}, ${inMs(quantiles.p99)}`,
      goal: `${which} ≤ ${inMs(most)}`,
      isMet: (which === "p50" ? quantiles.p50 : quantiles.p99) <= most,
    };
  } finally {
    leaving.abort();
    await end;
    await proxy?.close();
  }
}
