import type { ProblemCode } from "@safelight/client/contract";
import { problems, problemType } from "@safelight/client/contract";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

export const origin = "http://safelight.test";

/** A request that awaits its response. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  /** The body as it was sent. */
  readonly body: string;
  answer(response: Response): void;
  /** Responds with JSON. */
  json(body: unknown, init?: ResponseInit): void;
  problem(code: ProblemCode, extensions?: object, headers?: Record<string, string>): void;
  /** Breaks the connection before a response. */
  cut(): void;
}

/** A server without automatic responses: the test receives each request and responds to it. */
export interface ManualServer {
  /** The oldest unread request, or the next one that arrives. */
  next(): Promise<ArrivedRequest>;
  /** Number of all requests. */
  readonly count: number;
}

/**
 * Intercepts every request of the test file; each test starts with an empty server. Without `streams` it refuses stream
 * requests as an older server does, and does not count them.
 */
export function manualServer({ streams = false } = {}): ManualServer {
  let arrived: ArrivedRequest[] = [];
  let takers: ((request: ArrivedRequest) => void)[] = [];
  let count = 0;
  const interceptor = setupServer(
    http.all(`${origin}/*`, async ({ request }) => {
      const url = new URL(request.url);
      if (!streams && url.pathname.endsWith("/events")) return problemResponse("not_found");
      const body = await request.text();
      count += 1;
      return new Promise<Response>((answer) => {
        const waiting: ArrivedRequest = {
          method: request.method,
          path: url.pathname + url.search,
          headers: request.headers,
          body,
          answer,
          json: (value, init) => answer(HttpResponse.json(Object(value), init)),
          problem: (code, extensions, headers) => answer(problemResponse(code, extensions, headers)),
          cut: () => answer(HttpResponse.error()),
        };
        const taker = takers.shift();
        if (taker === undefined) arrived.push(waiting);
        else taker(waiting);
      });
    }),
  );
  beforeAll(() => interceptor.listen({ onUnhandledFrame: "error" }));
  afterEach(() => {
    arrived = [];
    takers = [];
    count = 0;
  });
  afterAll(() => interceptor.close());
  return {
    next: () => {
      const waiting = arrived.shift();
      return waiting === undefined ? new Promise((taker) => takers.push(taker)) : Promise.resolve(waiting);
    },
    get count() {
      return count;
    },
  };
}

/** A problem response as the server sends it. */
export function problemResponse(code: ProblemCode, extensions?: object, headers?: Record<string, string>): Response {
  const { status, retryable, title } = problems[code];
  const body = { type: problemType(code), title, status, code, detail: `about ${code}`, retryable, requestId: "req_1" };
  return new Response(JSON.stringify({ ...body, ...extensions }), {
    status: status ?? 500,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
