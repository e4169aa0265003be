import type { ClientOptions, UploadOptions } from "../call-options.js";
import type { Gallery } from "../contract/generation.js";
import { defaultBasePath } from "../contract/wire.js";
import type { Environment } from "../environment.js";
import { reasonOf } from "./abort.js";
import { backoffMs, maxBackoffMs } from "./backoff.js";
import { pause } from "./pause.js";
import { resolveUrls } from "./resolve-urls.js";
import type { UnexpectedResponse } from "./response-error.js";
import { isClientError, SafelightError } from "./safelight-error.js";
import { withTimeout } from "./with-timeout.js";

/** One request to the server. */
export interface ClientRequest {
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below the mount path, already encoded; empty for the mount path itself. */
  readonly path: string;
  /** `null` and `undefined` are omitted. */
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  /** The gallery, which is sent as the query parameter `of`. @default "own" */
  readonly of?: Gallery | undefined;
  /** JSON, serialized once, so that retries send the same even if the input object changes; or a file. */
  readonly body?: string | Blob;
  /** Called for each attempt. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /**
   * Maximum number of retries when a retry may help. Every request must be safe to retry: a POST has an idempotency key
   * or is idempotent.
   * @default 2
   */
  readonly maxRetries?: number;
  /** In milliseconds. @default 30_000 */
  readonly timeoutMs?: number;
  /** A success status without a body. */
  readonly bodyless?: 204 | undefined;
  /** Completes the request even if the page is closed. @default false */
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Sends the request, unless the client has the option `fetch`. @default globalThis.fetch */
  readonly fetch?: UploadOptions["fetch"];
}

/** A request, and the type of its result. */
export interface RequestWithResult<Body> extends ClientRequest {
  /** Member that the response body must have. @default undefined: the body is not used */
  readonly member?: keyof Body & string;
}

/** A success response: a 2xx with the requested member, or the bodyless status. */
export interface SuccessResponse<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** `null` without a JSON object, such as with the bodyless status. Never `null` if a member was requested. */
  readonly body: Body | null;
}

/** Sends requests to one server. */
export interface Transport {
  readonly environment: Environment;
  /** State of the late code, which alone reads and sets it. Its type would close a circle, a `WeakMap` costs 25 bytes. */
  late?: unknown;
  /**
   * Identifies the server in caches and between tabs: the option `cacheKey`, by default origin and mount path without a
   * trailing slash. The default is empty for the root of the page's own origin.
   */
  readonly cacheKey: string;
  /** Whether `fetch` can deliver a response in parts. The one of React Native, a polyfill, delivers whole bodies. */
  readonly canStream: boolean;
  /** Prefixes the relative URLs of generations with the origin of the server. Mutates the body. */
  resolve(body: object): void;
  /** Method and URL of a request, for messages. @throws {TypeError} as `open` */
  requestLineOf(request: ClientRequest): string;
  /**
   * Sends a request once, and returns the response with its body unread.
   * @throws {TypeError} if the URL is relative and there is no page to resolve it.
   */
  open(request: ClientRequest, signal: AbortSignal): Promise<Response>;
  /** @throws {SafelightError} or the reason of the signal, or the `TypeError` of `open`. */
  send<Body>(request: RequestWithResult<Body>): Promise<SuccessResponse<Body>>;
}

/** Options of `createTransport`. */
export interface TransportOptions {
  readonly options: ClientOptions;
  readonly environment: Environment;
  /** Loads the code that reads a failed response. Most pages never need it before they watch. */
  readonly loadLate: () => Promise<{
    readonly onFailure: (transport: Transport, response: UnexpectedResponse) => SafelightError;
  }>;
}

const defaultTimeoutMs = 30_000;

/** Creates the transport of a client. */
export function createTransport({ options, environment, loadLate }: TransportOptions): Transport {
  const basePath = `/${options.basePath ?? defaultBasePath}`.replace(/^\/+/, "/").replace(/\/+$/, "");
  const baseUrl = (options.baseUrl ?? "").replace(/\/+$/, "");
  const address = baseUrl + basePath;

  const resolve = (body: object) => resolveUrls(body, baseUrl);
  const locate = (request: ClientRequest): string => {
    // An empty URL would be that of the page.
    const url = (address + request.path || "/") + toQuery(request);
    // jsdom has a document, but Node's `Request` does not resolve URLs against it.
    const { document }: Partial<typeof globalThis> = globalThis;
    try {
      return new Request(document && !baseUrl ? new URL(url, document.baseURI) : url).url;
    } catch (cause) {
      throw new TypeError(`Cannot resolve ${url}: set \`baseUrl\``, { cause });
    }
  };
  const open = async (request: ClientRequest, signal: AbortSignal): Promise<Response> => {
    const headers = new Headers(typeof options.headers === "function" ? await options.headers() : options.headers);
    // `headers()` may have taken long, and the host's `fetch` may ignore the signal.
    if (signal.aborted) throw reasonOf(signal);
    for (const [name, value] of Object.entries(request.headers?.() ?? {})) headers.set(name, value);
    // A file has its own content type.
    if (typeof request.body === "string") headers.set("content-type", "application/json");
    const { credentials } = options;
    const { method = "GET", body = null, keepalive = false } = request;
    const init = { method, headers, body, signal, keepalive, ...(credentials && { credentials }) };
    const url = locate(request);
    // A `fetch` of React Native may take only a string, or drop the body of a `Request`.
    return options.fetch ? options.fetch(new Request(url, init), init) : (request.fetch ?? fetch)(url, init);
  };

  // Called outside of `withTimeout`, which would convert its `TypeError` to a network error, and `send` would retry it.
  const requestLineOf = (request: ClientRequest) => `${request.method ?? "GET"} ${locate(request)}`;

  const attempt = async <Body>(request: RequestWithResult<Body>): Promise<SuccessResponse<Body>> => {
    const { signal, timeoutMs = defaultTimeoutMs } = request;
    const requestLine = requestLineOf(request);
    return withTimeout({ environment, signal, timeoutMs, requestLine }, async (own) => {
      const received = await open(request, own);
      const { status, headers } = received;
      const response = { status, headers, body: parseJson(await received.text()) };
      if (response.body !== null) resolve(response.body);
      if (isExpected(request, response)) return response;
      // A failed import rejects with code `network`.
      const { onFailure } = await loadLate();
      throw onFailure(transport, { ...response, request: requestLine, now: environment.now() });
    });
  };

  const transport: Transport = {
    environment,
    cacheKey: options.cacheKey ?? address,
    get canStream() {
      return !("polyfill" in (options.fetch ?? fetch));
    },
    resolve,
    requestLineOf,
    open,
    async send(request) {
      const { signal, method, maxRetries = 2 } = request;
      for (let failures = 0; ; failures += 1) {
        try {
          const response = await attempt(request);
          // Wakes polls that are backing off: the server is reachable.
          if (method) environment.notifyResponse();
          return response;
        } catch (error) {
          if (!(error instanceof SafelightError)) throw error;
          Object.assign(error, { earlierAttempts: failures });
          if (failures >= maxRetries || !isWorthRetrying(request, error)) throw error;
          const ms = Math.max(backoffMs(environment, failures), error.retryAfterMs ?? 0);
          // Too long to wait without feedback: let the caller decide.
          if (ms > maxBackoffMs) throw error;
          await pause(environment, { ms, signal });
        }
      }
    },
  };
  return transport;
}

type Json = Readonly<Record<string, unknown>> | null;

/** Whether a retry may help. */
function isWorthRetrying({ method = "GET" }: ClientRequest, error: SafelightError): boolean {
  if (isClientError(error)) return error.status === 429 && method === "GET";
  // A truncated response may belong to an accepted generation: the retry finds it by its idempotency key.
  return error.retryable || error.code === "invalid_response";
}

/** Only the requested member is checked. The contract guarantees the rest; unknown fields are ignored. */
function isExpected<Body>(
  { member, bodyless }: RequestWithResult<Body>,
  response: SuccessResponse<Json>,
): response is SuccessResponse<Json & Body> {
  const { status, body } = response;
  const hasMember = !member || typeof (body?.[member] ?? "") === "object";
  return status === bodyless || (status >= 200 && status < 300 && hasMember);
}

function toQuery({ of, query }: ClientRequest): string {
  const parts = Object.entries({ of, ...query })
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join("&");
  return parts && `?${parts}`;
}

/** Parses a JSON object; `null` for other text, such as the page of a proxy or a truncated response. */
export function parseJson(text: string): Json {
  try {
    return text.trimStart().startsWith("{") ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
