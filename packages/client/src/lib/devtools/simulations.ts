import { type ProblemCode, problems, problemType } from "../contract/problem.js";
import { headerNames } from "../contract/wire.js";
import type { Send } from "./devtools.js";

/** Results of the next submit that can be simulated, in the order of the panel. */
export const submitFaults = ["insufficient_credits", "rate_limited", "network after it was sent", "500"] as const;

/** A simulated result of the next submit. */
export type SubmitFault = (typeof submitFaults)[number];

/** The faults that are simulated now. */
export interface Simulation {
  /** No request reaches the server, and open ones fail. */
  isOffline: boolean;
  /** Delay before each request, in milliseconds. */
  delayMs: number;
  /** Applies to the next submit or retry, once; `null` for none. */
  nextSubmit: SubmitFault | null;
  /** Streams start and send nothing, as behind a proxy that buffers. */
  swallowsStream: boolean;
  /** Each request is refused with `unauthenticated`. */
  isSignedOut: boolean;
}

/** Simulated faults, and the `fetch` that applies them. */
export interface Simulator {
  readonly simulation: Readonly<Simulation>;
  readonly fetch: Send;
  /** Merges the given faults. Turning on `isOffline` or `isSignedOut` aborts open requests; `swallowsStream` aborts streams. */
  change(simulation: Partial<Simulation>): void;
  /** Aborts open streams, as a lost connection does. */
  cutStreams(): void;
  /** Calls the listener after each change. Returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void;
}

/** Options of {@link createSimulator}. */
export interface SimulatorOptions {
  readonly send: Send;
  /** Resolves after a delay in milliseconds, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The kind of error with which `fetch` rejects without a network. */
const networkError = () => new TypeError("Failed to fetch (simulated by the devtools)");

/** Creates a simulator without a fault. */
export function createSimulator({ send, wait }: SimulatorOptions): Simulator {
  const simulation: Simulation = {
    isOffline: false,
    delayMs: 0,
    nextSubmit: null,
    swallowsStream: false,
    isSignedOut: false,
  };
  const open = new Map<AbortController, { readonly isStream: boolean }>();
  const listeners = new Set<() => void>();
  const emit = () => {
    for (const listener of listeners) listener();
  };
  const cut = (isCut: (request: { readonly isStream: boolean }) => boolean) => {
    for (const [controller, request] of open) if (isCut(request)) controller.abort(networkError());
  };
  const takeFault = (request: Request): SubmitFault | null => {
    const { nextSubmit } = simulation;
    if (nextSubmit === null || request.method !== "POST" || !request.headers.has(headerNames.idempotencyKey))
      return null;
    simulation.nextSubmit = null;
    emit();
    return nextSubmit;
  };

  const respond = async (request: Request, init: RequestInit): Promise<Response> => {
    const { signal } = request;
    if (simulation.delayMs > 0) await wait(simulation.delayMs, signal);
    signal.throwIfAborted();
    if (simulation.isOffline) throw networkError();
    if (simulation.isSignedOut) return problemResponse("unauthenticated");
    if (isStream(request) && simulation.swallowsStream) return silentStream(signal);
    const fault = takeFault(request);
    if (fault === null) return send(request, init);
    if (fault === "500") return problemResponse("internal");
    if (fault !== "network after it was sent") return problemResponse(fault);
    // The server accepts the submit, but the response is lost: the client repeats it with the same key.
    await (await send(request, init)).text();
    throw networkError();
  };

  return {
    simulation,
    async fetch(request, init) {
      const controller = new AbortController();
      const abort = () => controller.abort(request.signal.reason);
      if (request.signal.aborted) abort();
      else request.signal.addEventListener("abort", abort, { once: true });
      open.set(controller, { isStream: isStream(request) });
      const { signal } = controller;
      signal.addEventListener("abort", () => open.delete(controller), { once: true });
      try {
        return await respond(new Request(request, { signal }), { ...init, signal });
      } finally {
        // A stream stays open after its response headers.
        if (!isStream(request)) open.delete(controller);
      }
    },
    change(changes) {
      Object.assign(simulation, changes);
      if (changes.isOffline || changes.isSignedOut) cut(() => true);
      if (changes.swallowsStream !== undefined) cut((request) => request.isStream);
      emit();
    },
    cutStreams: () => cut((request) => request.isStream),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether a request is for the event stream. */
export function isStream(request: Request): boolean {
  return request.headers.get("accept") === "text/event-stream";
}

/** A stream that sends nothing, and fails when the signal aborts. */
function silentStream(signal: AbortSignal): Response {
  const body = new ReadableStream({
    start: (controller) => signal.addEventListener("abort", () => controller.error(signal.reason), { once: true }),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/** A refusal in the format of the server. */
function problemResponse(code: ProblemCode): Response {
  const { status, title, retryable } = problems[code];
  const members = code === "insufficient_credits" ? { required: 4, available: 0 } : {};
  const detail = "Simulated by the devtools.";
  const body = { type: problemType(code), title, status, code, detail, retryable, requestId: "devtools", ...members };
  const headers = { "content-type": "application/problem+json" };
  return new Response(JSON.stringify(body), {
    status: status ?? 500,
    headers: code === "rate_limited" ? { ...headers, "retry-after": "5" } : headers,
  });
}
