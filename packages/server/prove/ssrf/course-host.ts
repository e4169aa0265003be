import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { CopierGround } from "../../src/lib/copier/copier-ground.js";
import { startTinyInternet, type TinyInternet } from "../../src/lib/testing/fakes/tiny-internet.js";
import { tinyPng } from "../../src/lib/testing/tiny-png.js";
import type { Connection, Course, LastAnswer } from "./course.js";

/** The hosts of all courses, which play one of them at a time. */
export interface CourseHost {
  readonly internet: TinyInternet;
  /** For a copier on Workers, whose `fetch` finds the same hosts. */
  readonly workers: Omit<CopierGround, "clock" | "logger" | "headersMs" | "idleMs" | "spool" | "totalMs">;
  /** Whom that `fetch` was asked for. */
  readonly fetched: readonly Required<Connection>[];
  /** Begins another one. */
  play(course: Course): void;
  close(): Promise<void>;
}

/** More than a copier of the proof may read, and less than what is on its way between two sockets. */
const longerBytes = 200_000;

/** Starts them. */
export async function startCourseHost(): Promise<CourseHost> {
  let course: Course | null = null;
  let asked = 0;
  let looks = new Map<string, number>();
  const internet = await startTinyInternet({
    certified: ["media.example", "*.cdn.example", "inside.example"],
    lookUp(name) {
      const look = looks.get(name) ?? 0;
      looks.set(name, look + 1);
      const answers = course?.names?.[name] ?? [];
      return answers[Math.min(look, answers.length - 1)];
    },
    answer(request, response) {
      asked += 1;
      const location = course?.urls[asked];
      if (location !== undefined) redirect(response, location);
      else answers[course?.answer ?? "a picture"](response, request);
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
        const [addresses] = course?.names?.[hostname] ?? [];
        if (addresses === undefined) throw new TypeError(`There is nobody at ${url.href}.`);
        fetched.push({ hostname, addresses, port: Number(url.port || 443) });
        return fetch(new URL(`${url.pathname}${url.search}`, internet.origin), init);
      },
    },
    play(next) {
      course = next;
      asked = 0;
      looks = new Map();
    },
    close: () => internet.close(),
  };
}

async function noSockets(): Promise<never> {
  throw new Error("The sockets were used.");
}

/** A header has bytes, and no other letters. */
function redirect(response: ServerResponse, to: string): void {
  const location = Buffer.from(to).toString("latin1");
  response.writeHead(302, { location, "set-cookie": "session=1" }).end();
}

const bomb = gzipSync(new Uint8Array(50_000_000));

const answers: Record<LastAnswer, (response: ServerResponse, request: IncomingMessage) => void> = {
  "a picture": (response) => response.writeHead(200, { "content-type": "image/png" }).end(tinyPng()),
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
