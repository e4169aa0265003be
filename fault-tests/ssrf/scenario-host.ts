import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { CopierDeps } from "../../packages/server/src/lib/copier/copier-deps.js";
import { startTinyInternet, type TinyInternet } from "../../packages/server/testing/fakes/tiny-internet.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import type { Connection, LastResponse, Scenario } from "./scenario.js";

/** The hosts of all scenarios; they play one scenario at a time. */
export interface ScenarioHost {
  readonly internet: TinyInternet;
  /** The environment of a copier on Workers, whose `fetch` reaches the same hosts. */
  readonly workers: Omit<CopierDeps, "clock" | "logger" | "headersMs" | "idleMs" | "spool" | "totalMs">;
  /** Requests of that `fetch`. */
  readonly fetched: readonly Required<Connection>[];
  /** Starts a scenario. */
  play(scenario: Scenario): void;
  close(): Promise<void>;
}

/** More than the proof's copier may read, and less than the buffers between two sockets hold. */
const longerBytes = 200_000;

/** Starts the hosts. */
export async function startScenarioHost(): Promise<ScenarioHost> {
  let scenario: Scenario | null = null;
  let asked = 0;
  let lookups = new Map<string, number>();
  const internet = await startTinyInternet({
    certified: ["media.example", "*.cdn.example", "inside.example"],
    lookUp(name) {
      const lookup = lookups.get(name) ?? 0;
      lookups.set(name, lookup + 1);
      const answers = scenario?.names?.[name] ?? [];
      return answers[Math.min(lookup, answers.length - 1)];
    },
    respond(request, response) {
      asked += 1;
      const location = scenario?.urls[asked];
      if (location !== undefined) redirect(response, location);
      else responses[scenario?.response ?? "an image"](response, request);
    },
  });
  const fetched: Required<Connection>[] = [];
  return {
    internet,
    fetched,
    workers: {
      isOnWorkers: true,
      resolve: noSockets,
      connect: noSockets,
      async fetch(url, init) {
        const hostname = url.hostname.replace(/^\[|\]$/g, "");
        const [addresses] = scenario?.names?.[hostname] ?? [];
        if (addresses === undefined) throw new TypeError(`Could not resolve ${url.href}.`);
        fetched.push({ hostname, addresses, port: Number(url.port || 443) });
        return fetch(new URL(`${url.pathname}${url.search}`, internet.origin), init);
      },
    },
    play(next) {
      scenario = next;
      asked = 0;
      lookups = new Map();
    },
    close: () => internet.close(),
  };
}

async function noSockets(): Promise<never> {
  throw new Error("The copier used sockets on Workers.");
}

/** Sends the location as UTF-8 bytes, since a header takes Latin-1 only. */
function redirect(response: ServerResponse, to: string): void {
  const location = Buffer.from(to).toString("latin1");
  response.writeHead(302, { location, "set-cookie": "session=1" }).end();
}

const bomb = gzipSync(new Uint8Array(50_000_000));

const responses: Record<LastResponse, (response: ServerResponse, request: IncomingMessage) => void> = {
  "an image": (response) => response.writeHead(200, { "content-type": "image/png" }).end(tinyPng()),
  "a gzip bomb": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
  "an endless body": (response) => {
    const more = (): void => {
      while (response.write(new Uint8Array(longerBytes)));
    };
    response.on("drain", more);
    more();
  },
  "too long a body": (response) => response.writeHead(200, { "content-length": longerBytes }).flushHeaders(),
  "half a body": (response, request) => {
    response.writeHead(200, { "content-length": 1_000 }).write("a");
    request.socket.end();
  },
};
