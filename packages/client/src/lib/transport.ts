import { follow, reasonOf, untilAborted } from "./abort.js";
import { backoffMs, longestBackoffMs } from "./backoff.js";
import type { ClientOptions } from "./client.js";
import type { Generation } from "./contract/generation.js";
import { problems } from "./contract/problem.js";
import { defaultBasePath, headerNames } from "./contract/wire.js";
import type { Environment } from "./environment.js";
import { pause } from "./pause.js";
import { responseError } from "./response-error.js";
import { SafelightError } from "./safelight-error.js";
import { createUrlResolver } from "./url-resolver.js";

/** One request to the server. */
export interface ClientRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below the mount path, already encoded; empty for the mount path itself. */
  readonly path: string;
  /** What is not given is left out. */
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How often it is sent again at most when that may help. Counts for requests that are safe to repeat: by their
   * method, by their idempotency key, or because they say so.
   * @default 2
   */
  readonly repeats?: number;
  /** That a POST without an idempotency key does the same when it comes twice. @default false */
  readonly idempotent?: boolean;
  /** How long the server may hold the request, in seconds. @default 0 */
  readonly waitSeconds?: number;
  /** A status that answers without a body. */
  readonly bodyless?: 204 | 304;
  readonly signal?: AbortSignal | undefined;
}

/** A request whose answer is read. */
export interface Question<Body> extends ClientRequest {
  /** The member that the body of the answer must have. @default any body will do, as nothing is read from it */
  readonly member?: keyof Body & string;
}

/** What came back: a 2xx with the member asked for, or the bodyless status. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Nothing to be read with the bodyless status. */
  readonly body: Body;
}

/** Sends requests to one server. */
export interface Transport {
  readonly environment: Environment;
  readonly basePath: string;
  /** Makes the URLs of a generation such that they lead to the server. */
  readonly withUrls: (generation: Generation) => Generation;
  /** @throws {SafelightError} or the reason of the signal. */
  send<Body>(request: Question<Body>): Promise<Answer<Body>>;
}

/** How long a request may take beyond what the server may hold it. */
const requestTimeoutMs = 30_000;
const heldGraceMs = 10_000;

/** Makes the transport of a client. */
export function createTransport(options: ClientOptions, environment: Environment): Transport {
  const basePath = `/${options.basePath ?? defaultBasePath}`.replace(/^\/+/, "/").replace(/\/+$/, "");
  const baseUrl = (options.baseUrl ?? "").replace(/\/+$/, "");

  const exchange = async (
    request: ClientRequest,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Answer<unknown>> => {
    const given = typeof options.headers === "function" ? await options.headers() : options.headers;
    // Making the headers may have taken long; a `fetch` of the host's may not look at the signal.
    if (signal.aborted) throw reasonOf(signal);
    const headers = new Headers(given);
    headers.set("accept", "application/json");
    if (body !== undefined) headers.set("content-type", "application/json");
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
    const response = await (options.fetch ?? fetch)(
      new Request(baseUrl + basePath + request.path + toQuery(request), {
        method: request.method ?? "GET",
        headers,
        signal,
        ...(body !== undefined && { body }),
        ...(options.credentials !== undefined && { credentials: options.credentials }),
      }),
    );
    return { status: response.status, headers: response.headers, body: parse(await response.text()) };
  };

  const attempt = async <Body>(request: Question<Body>, body: string | undefined): Promise<Answer<Body>> => {
    const { signal, waitSeconds = 0 } = request;
    const controller = new AbortController();
    const unfollow = follow(signal, controller);
    let code: "network" | "timeout" = "network";
    const timeoutMs = waitSeconds > 0 ? waitSeconds * 1_000 + heldGraceMs : requestTimeoutMs;
    const cancelTimeout = environment.schedule(() => {
      code = "timeout";
      controller.abort();
    }, timeoutMs);
    try {
      const answer = await untilAborted(controller.signal, () => exchange(request, body, controller.signal));
      if (isExpected(request, answer)) return answer;
      throw responseError({ ...answer, request: nameOf(request), now: environment.now() });
    } catch (cause) {
      if (signal?.aborted) throw reasonOf(signal);
      if (cause instanceof SafelightError) throw cause;
      throw new SafelightError(code, `${problems[code].title} (${nameOf(request)})`, { cause });
    } finally {
      cancelTimeout();
      unfollow();
    }
  };

  return {
    environment,
    basePath,
    withUrls: createUrlResolver(baseUrl),
    async send(request) {
      const body = request.body === undefined ? undefined : JSON.stringify(request.body);
      for (let repeats = 0; ; repeats += 1) {
        try {
          return await attempt(request, body);
        } catch (error) {
          if (!(error instanceof SafelightError) || repeats >= (request.repeats ?? 2) || !mayRepeat(request, error)) {
            throw error;
          }
          const ms = Math.max(backoffMs(environment, repeats), error.retryAfterMs ?? 0);
          // Longer than somebody should be kept waiting without knowing: the caller decides.
          if (ms > longestBackoffMs) throw error;
          await pause(environment, { ms, signal: request.signal });
        }
      }
    },
  };
}

/** Whether sending a request again is safe, and may help. */
function mayRepeat(request: ClientRequest, { code, status, retryable }: SafelightError): boolean {
  const isRead = request.method === undefined || request.method === "GET";
  const isKeyed = request.headers?.[headerNames.idempotencyKey] !== undefined;
  if (request.method === "POST" && !isKeyed && !request.idempotent) return false;
  if (status !== null && status >= 400 && status < 500) return status === 429 && isRead;
  // An answer that was cut short may stand for a generation that was accepted: the key finds it again.
  return retryable || code === "invalid_response";
}

/** What is beyond the member is the contract's promise, and unknown fields are nobody's business. */
function isExpected<Body>(request: Question<Body>, answer: Answer<unknown>): answer is Answer<Body> {
  const { member, bodyless } = request;
  const { status, body } = answer;
  if (status === bodyless) return true;
  return status >= 200 && status < 300 && (member === undefined || (isObject(body) && isObject(body[member])));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function nameOf(request: ClientRequest): string {
  return `${request.method ?? "GET"} ${request.path || "/"}`;
}

function toQuery({ query = {}, waitSeconds = 0 }: ClientRequest): string {
  const parts = Object.entries(waitSeconds > 0 ? { ...query, wait: waitSeconds } : query)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
