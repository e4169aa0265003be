import type { ClientOptions } from "../client.js";
import { defaultBasePath } from "../contract/wire.js";
import type { Environment } from "../environment.js";
import { reasonOf, underSignal } from "./abort.js";
import { backoffMs, longestBackoffMs } from "./backoff.js";
import { pause } from "./pause.js";
import { resolveUrls } from "./resolve-urls.js";
import { responseError } from "./response-error.js";
import { isRefusal, SafelightError } from "./safelight-error.js";
import { createStreamGate, type StreamGate } from "./stream-gate.js";

/** One request to the server. */
export interface ClientRequest {
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below the mount path, already encoded; empty for the mount path itself. */
  readonly path: string;
  /** What is `null` or not given is left out. */
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  /** JSON, made once, so that a repeat is the same whatever happened to the input meanwhile; or a file. */
  readonly body?: string | Blob;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How often it is sent again at most when that may help. A POST says so itself, because it must be safe: it carries
   * an idempotency key, or does the same when it comes twice.
   * @default 2, and 0 for a POST
   */
  readonly repeats?: number;
  /** How long a request may take that the server does not hold, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number;
  /** How long the server may hold the request, in seconds. @default 0 */
  readonly waitSeconds?: number;
  /** A status that answers without a body. */
  readonly bodyless?: 204;
  /** Sent to its end also when the page is left meanwhile. @default false */
  readonly keepalive?: boolean;
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
  /** `null` with the bodyless status. */
  readonly body: Body;
}

/** Sends requests to one server. */
export interface Transport {
  readonly environment: Environment;
  /** What is known of how streams pass. */
  readonly gate: StreamGate;
  /** Origin, where one was given, and path of the mount: a path begins with a slash, and nothing ends with one. */
  readonly address: string;
  /** Puts relative URLs of generations under the origin of the server, in place. */
  resolve(answer: object): void;
  /** Sends a request once, and leaves the answer unread, whatever it is. */
  open(request: ClientRequest, signal: AbortSignal): Promise<Response>;
  /** @throws {SafelightError} or the reason of the signal. */
  send<Body>(question: Question<Body>): Promise<Answer<Body>>;
}

/** How long a request may take by itself, and a held one beyond what the server may hold it. */
const requestTimeoutMs = 30_000;
const heldGraceMs = 10_000;

/** Makes the transport of a client. */
export function createTransport(options: ClientOptions, environment: Environment): Transport {
  const basePath = `/${options.basePath ?? defaultBasePath}`.replace(/^\/+/, "/").replace(/\/+$/, "");
  const baseUrl = (options.baseUrl ?? "").replace(/\/+$/, "");
  const address = baseUrl + basePath;

  const resolve = (answer: object) => resolveUrls(answer, baseUrl);
  const open = async (request: ClientRequest, signal: AbortSignal): Promise<Response> => {
    const headers = new Headers(typeof options.headers === "function" ? await options.headers() : options.headers);
    // Making the headers may have taken long, and a `fetch` of the host's need not look at the signal.
    if (signal.aborted) throw reasonOf(signal);
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
    // A file says itself what it is.
    if (typeof request.body === "string") headers.set("content-type", "application/json");
    const { credentials } = options;
    // What is no business of `Request`, it passes over.
    const init = { ...request, headers, signal, ...(credentials && { credentials }) };
    const url = address + request.path + toQuery(request);
    // A page in Node, as tests have one, has a `Request` that does not know it.
    const { document }: Partial<typeof globalThis> = globalThis;
    return (options.fetch ?? fetch)(new Request(document && !baseUrl ? new URL(url, document.baseURI) : url, init));
  };

  const exchange = async (request: ClientRequest, signal: AbortSignal): Promise<Answer<Json>> => {
    const response = await open(request, signal);
    const answer = parseJson(await response.text());
    if (answer !== null) resolve(answer);
    return { status: response.status, headers: response.headers, body: answer };
  };

  const attempt = async <Body>(question: Question<Body>): Promise<Answer<Body>> => {
    const { method = "GET", path, signal, timeoutMs = requestTimeoutMs, waitSeconds = 0 } = question;
    const request = `${method} ${address}${path}`;
    const failure = (code: "network" | "timeout", cause?: unknown) =>
      new SafelightError(code, `The server did not answer: ${code} (${request})`, { cause });
    const arm = (abort: (reason: unknown) => void) => {
      const ms = waitSeconds > 0 ? waitSeconds * 1_000 + heldGraceMs : timeoutMs;
      const cancelTimeout = environment.schedule(() => abort(failure("timeout")), ms);
      // A held request would not notice that the device went offline. That of a hidden page is let go of, because
      // browsers share six connections to a server among all of its pages.
      const unsubscribe = environment.onChange(() => {
        if (waitSeconds > 0 && (!environment.isOnline() || environment.isHidden())) abort(failure("network"));
      });
      return () => {
        cancelTimeout();
        unsubscribe();
      };
    };
    let answer: Answer<Json>;
    try {
      answer = await underSignal({ signal, arm }, (own) => exchange(question, own));
    } catch (error) {
      if (signal?.aborted) throw reasonOf(signal);
      throw error instanceof SafelightError ? error : failure("network", error);
    }
    if (isExpected(question, answer)) return answer;
    throw responseError({ ...answer, request, now: environment.now() });
  };

  return {
    environment,
    gate: createStreamGate(environment),
    address,
    resolve,
    open,
    async send(question) {
      const { signal, method, repeats = method === "POST" ? 0 : 2 } = question;
      for (let failures = 0; ; failures += 1) {
        try {
          const answer = await attempt(question);
          // Whoever waits to ask again need not any longer.
          if (method) environment.answered();
          return answer;
        } catch (error) {
          if (!(error instanceof SafelightError) || failures >= repeats || !mayHelp(question, error)) throw error;
          const ms = Math.max(backoffMs(environment, failures), error.retryAfterMs ?? 0);
          // Longer than somebody should be kept waiting without knowing: the caller decides.
          if (ms > longestBackoffMs) throw error;
          await pause(environment, { ms, signal });
        }
      }
    },
  };
}

type Json = Readonly<Record<string, unknown>> | null;

/** Whether sending a request again may help. */
function mayHelp({ method = "GET" }: ClientRequest, error: SafelightError): boolean {
  if (isRefusal(error)) return error.status === 429 && method === "GET";
  // An answer that was cut short may stand for a generation that was accepted: its key finds it again.
  return error.retryable || error.code === "invalid_response";
}

/** What is beyond the member is the contract's promise, and unknown fields are nobody's business. */
function isExpected<Body>({ member, bodyless }: Question<Body>, answer: Answer<Json>): answer is Answer<Json & Body> {
  const { status, body } = answer;
  return status === bodyless || (status >= 200 && status < 300 && (member === undefined || isObject(body?.[member])));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function toQuery({ query, waitSeconds }: ClientRequest): string {
  const parts = Object.entries({ ...query, wait: waitSeconds || null })
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** `null` for what is no JSON object, such as the page of a proxy or half an answer. */
export function parseJson(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
