import autocannon from "autocannon";
import { handleCommands } from "../frame/handle-commands.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { ownerHeader, ownerOf, submitPath } from "./traffic.ts";

const connections = 64;
let sent = 0;

/** A number of submits to the host at a port. */
export interface Load {
  readonly port: number;
  readonly submits: number;
}

/** Figures of a load. */
export interface LoadFigures {
  /** From the first submit until the last response. */
  readonly seconds: number;
  /** From submit to response, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Size of a response with its headers. */
  readonly responseBytes: number;
  /** Processor time of the load generator. */
  readonly cpuSeconds: number;
}

handleCommands({
  /** Sends submits with unique keys over 64 connections and waits for all responses. Throws for a status that is not 2xx. */
  submit: (load: Load) => submit(load),
});

async function submit({ port, submits }: Load): Promise<LoadFigures> {
  const latencies: number[] = [];
  let bytes = 0;
  let last = 0;
  let refused = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(
      {
        url: `http://127.0.0.1:${port}${submitPath}`,
        connections: Math.min(connections, submits),
        amount: submits,
        // Interval of the check for the last response, in milliseconds.
        sampleInt: 100,
        timeout: 60,
        requests: [{ method: "POST", setupRequest: nextRequest }],
      },
      (error, done) => (error === null || error === undefined ? resolve(done) : reject(error)),
    );
    // biome-ignore lint/complexity/useMaxParams: a listener of autocannon
    running.on("response", (_, status, length, milliseconds) => {
      last = performance.now();
      if (status < 200 || status > 299) refused += 1;
      bytes += length;
      latencies.push(milliseconds);
    });
  });
  const { system, user } = process.cpuUsage(cpu);
  const failed = refused + result.errors + result.timeouts + result.mismatches;
  if (failed > 0 || latencies.length !== submits) {
    throw new Error(`${failed} of ${submits} submits failed: ${JSON.stringify(result.statusCodeStats)}.`);
  }
  return {
    seconds: (last - began) / 1_000,
    p50: quantileOf(latencies, 0.5),
    p99: quantileOf(latencies, 0.99),
    responseBytes: bytes / submits,
    cpuSeconds: (system + user) / 1_000_000,
  };
}

function nextRequest(request: autocannon.Request): autocannon.Request {
  const number = sent;
  sent += 1;
  return {
    ...request,
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
      [ownerHeader]: ownerOf(number),
    },
    body: JSON.stringify({ model: "poster", input: { prompt: `a lighthouse in fog, seen from boat ${number}` } }),
  };
}
