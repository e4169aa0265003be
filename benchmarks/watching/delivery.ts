import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, type ConnectionState, createSafelightClient } from "@safelight/client";
import { epochNow } from "../frame/epoch-now.ts";
import { startBufferingProxy } from "./buffering-proxy.ts";
import type { BenchSize, Figure } from "./figure.ts";
import { inMs, quantilesOf } from "./quantiles.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

/** A path from the server to the client. */
interface Route {
  readonly what: string;
  /** Connection state of the client before the measurement starts. */
  readonly connection: ConnectionState;
  /** A buffering proxy with its timeout; `null` for a direct connection. */
  readonly between: { readonly timeoutMs: number | null } | null;
  /** Interval between two submits, and duration of a job. */
  readonly everyMs: number;
  readonly jobMs: number;
  readonly maxMs: { readonly p50: number } | { readonly p99: number };
}

const routes: readonly [Route, Route, Route] = [
  {
    what: "over a stream",
    connection: "live",
    between: null,
    everyMs: 100,
    jobMs: 250,
    maxMs: { p50: 50 },
  },
  {
    what: "through a proxy that buffers responses: by long polls",
    connection: "live",
    between: { timeoutMs: null },
    everyMs: 500,
    jobMs: 700,
    maxMs: { p99: 25_000 },
  },
  {
    // Some generation is always active, since the server's polling interval is longer without one.
    what: "through a proxy that also cuts long polls: at the server's interval (`pollAfterMs` of 500 to 2,000 here)",
    connection: "polling",
    between: { timeoutMs: 500 },
    everyMs: 3_000,
    jobMs: 4_000,
    // The interval plus a quarter, and the backoff after a cut long poll.
    maxMs: { p99: 3_000 },
  },
];

/** A client tries two streams and then two long polls, for five seconds each, before it polls. */
const findingOutMs = 90_000;
/** Timeout for the ends after the last submit. */
const arrivalMs = 30_000;

/** Time from the end of a generation on the server to the client's event, over each path. */
export async function delivery({ deliveries }: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  try {
    const figures: Figure[] = [];
    for (const [index, route] of routes.entries())
      figures.push(await measureRoute(server, { route, count: deliveries[index] ?? 1 }));
    return figures;
  } finally {
    await server.close();
  }
}

async function measureRoute(
  server: ServerProcess,
  { route, count }: { readonly route: Route; readonly count: number },
): Promise<Figure> {
  const direct = `http://127.0.0.1:${server.port}`;
  const proxy = route.between === null ? null : await startBufferingProxy({ port: server.port, ...route.between });
  const headers = { authorization: `owner ${route.what}` };
  const leaving = new AbortController();
  const receivedAt = new Map<string, number>();
  let connection: ConnectionState = "offline";
  const follow = async (): Promise<void> => {
    const client = createSafelightClient({ baseUrl: proxy?.url ?? direct, headers });
    for await (const event of client.events({ signal: leaving.signal })) {
      if (event.type === "connection") connection = event.state;
      if (event.type === "generation" && event.generation.status === "completed") {
        receivedAt.set(event.generation.id, epochNow());
      }
    }
  };
  const end = follow();
  const submitter: AnySafelightClient = createSafelightClient({
    baseUrl: direct,
    headers,
  });
  const submit = async (): Promise<string> => {
    const { generation } = await submitter.submit("demo", { prompt: "dusk", jobMs: route.jobMs });
    await pause(route.everyMs);
    return generation.id;
  };
  try {
    const isReady = (): boolean =>
      connection === route.connection &&
      (route.connection !== "live" || proxy === null || proxy.forwardedLongPolls > 2);
    for (const began = performance.now(); !isReady(); await submit()) {
      if (performance.now() - began > findingOutMs) throw new Error(`The client did not become ${route.connection}.`);
    }
    const ids: string[] = [];
    while (ids.length < count) ids.push(await submit());
    for (const began = performance.now(); !ids.every((id) => receivedAt.has(id)); await pause(20)) {
      if (performance.now() - began > arrivalMs) throw new Error(`Not every end was received, ${route.what}.`);
    }
    const settledAt = await server.settledAt();
    const quantiles = quantilesOf(ids.map((id) => (receivedAt.get(id) ?? NaN) - (settledAt.get(id) ?? NaN)));
    const [[which, max] = ["p50", 0]] = Object.entries(route.maxMs);
    return {
      what: `settled on the server → event in the client, ${route.what}: p50, p99 of ${count}`,
      measured: `${inMs(quantiles.p50)}, ${inMs(quantiles.p99)}`,
      goal: `${which} ≤ ${inMs(max)}`,
      isMet: (which === "p50" ? quantiles.p50 : quantiles.p99) <= max,
    };
  } finally {
    leaving.abort();
    await end;
    await proxy?.close();
  }
}
