import type { Position } from "../client.js";
import { type ActiveResponse, type BalanceFrame, maxWaitSeconds } from "../contract/wire.js";
import { pause } from "../requests/pause.js";
import { isDefinite, SafelightError } from "../requests/safelight-error.js";
import type { Transport } from "../requests/transport.js";
import { createFailureCount, type FailureCount } from "./failure-count.js";
import { emptyFrame, type FrameBody, toFrame } from "./frame.js";
import { type Method, type MethodChoice, minHoldMs } from "./method-choice.js";
import { readStream } from "./read-stream.js";
import type { Reader } from "./reader.js";

/** A server, and what its client has learned about the way to it. */
export interface WatchedServer {
  readonly transport: Transport;
  readonly methods: MethodChoice;
  /** The server's pace for plain requests, in milliseconds; 0 if unknown. */
  pollAfterMs: number;
}

/** Options of `readServer`. */
export interface ReadOptions extends Partial<Pick<Reader, "apply" | "setConnection" | "setBalance">> {
  readonly server: WatchedServer;
  /** Its position is read from the server. The three methods above replace its own. */
  readonly reader: Reader;
  /** Whether to use plain requests only, and to stop once the reader has everything. @default false */
  readonly once?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads the server by the best method that passes, until the signal aborts. Retries failures with backoff.
 *
 * @throws {SafelightError} a refusal that a retry would repeat.
 */
export function readServer(options: ReadOptions): Promise<void> {
  return new ServerReader(options).run();
}

/** How long to wait before the next request. */
interface Rest {
  readonly ms: number;
  /** Ends the rest early. */
  readonly until?: () => boolean;
}

/** The server ends a stream after about ten minutes. A stream that ends before this time was cut. */
const minStreamMs = 60_000;
/** A stream that the server ended is requested again within this time. */
const maxReconnectMs = 1_000;
/** Min interval of long polls, even if each has news. */
const minIntervalMs = 250;
const hiddenIntervalMs = 30_000;
const minPollMs = 500;
const defaultPollMs = 2_000;

class ServerReader {
  readonly #options: ReadOptions & Pick<Reader, "apply" | "setConnection" | "setBalance">;
  readonly #transport: Transport;
  readonly #methods: MethodChoice;
  readonly #failures: FailureCount;
  /** Whether the last response contained everything that had happened. */
  #isCaughtUp = false;
  /** After a failure or a rest, a plain request finds out whether the server responds. */
  #isDoubtful = false;
  /** Whether the server held the last long poll. */
  #isHeld = true;

  constructor(options: ReadOptions) {
    const { transport, methods } = options.server;
    const { apply, setConnection, setBalance } = options.reader;
    this.#options = { apply, setConnection, setBalance, ...options };
    this.#transport = transport;
    this.#methods = methods;
    this.#failures = createFailureCount(transport.environment);
  }

  async run(): Promise<void> {
    const { environment } = this.#transport;
    while (!this.#options.signal.aborted) {
      const rest = await this.#read();
      if (this.#options.once && this.#isCaughtUp) return;
      if (rest.ms > 0) await pause(environment, { ...rest, signal: this.#options.signal }).catch(() => {});
    }
  }

  /** Reads one response or one stream. */
  async #read(): Promise<Rest> {
    const { random, ticks } = this.#transport.environment;
    const { position } = this.#options.reader;
    const method = this.#chooseMethod(position);
    const attempt = { method, startedAt: ticks(), hasBegun: false };
    try {
      if (method !== "stream" || position === undefined) return await this.#request(method, position);
      await this.#stream(position, attempt);
      if (ticks() - attempt.startedAt < minStreamMs) throw new SafelightError("network", "GET /events was cut");
      this.#methods.recordSuccess(method);
      // A server that stops ends all of its streams.
      return { ms: random() * maxReconnectMs };
    } catch (error) {
      if (this.#options.signal.aborted) return { ms: 0 };
      // A server that refuses streams may still respond to requests.
      const isFinal = method === "stream" ? isSignedOut : isDefinite;
      if (!(error instanceof SafelightError) || isFinal(error)) throw error;
      return this.#restAfterFailure(error, attempt);
    }
  }

  #chooseMethod(position: Position | undefined): Method {
    const { environment } = this.#transport;
    if (this.#options.once || position === undefined || this.#isDoubtful || environment.isHidden()) return "poll";
    // The device may be wrong about being offline, but it closes its streams.
    const best = this.#methods.best === "stream" && !environment.isOnline() ? "longPoll" : this.#methods.best;
    // The first frame of a stream arrives at once. A long poll may be held, while the page is still `connecting`.
    return best === "longPoll" && this.#options.reader.connection === null ? "poll" : best;
  }

  async #stream(position: Position, attempt: { hasBegun: boolean }): Promise<void> {
    const query = { after: position.sequence, owner: position.ownerTag, timeline: position.timeline };
    let before = position;
    await readStream(this.#transport, { query, signal: this.#options.signal }, (data) => {
      this.#succeed();
      attempt.hasBegun = true;
      this.#isHeld = true;
      // The contract guarantees the type; other members are ignored.
      const body = data as FrameBody | BalanceFrame | null;
      if (body === null) {
        this.#isCaughtUp = true;
        this.#options.apply(emptyFrame(before));
      } else if ("balance" in body) this.#options.setBalance(body.balance);
      else if ("sequence" in body) before = this.#apply(body, before);
      this.#connect();
    });
  }

  async #request(method: Method, position: Position | undefined): Promise<Rest> {
    const { environment, send } = this.#transport;
    const startedAt = environment.ticks();
    if (position !== undefined) this.#options.setBalance(null);
    const { body } = await send<ActiveResponse>({
      path: "/active",
      query: { after: position?.sequence, owner: position?.ownerTag, timeline: position?.timeline },
      member: "generations",
      bodyless: 204,
      waitSeconds: method === "longPoll" ? maxWaitSeconds : 0,
      maxRetries: 0,
      signal: this.#options.signal,
    });
    const lastedMs = environment.ticks() - startedAt;
    this.#succeed();
    this.#methods.recordSuccess(method);
    this.#isCaughtUp = true;
    if (body !== null) {
      this.#options.server.pollAfterMs = body.pollAfterMs;
      this.#apply(body, position);
    }
    if (method === "longPoll") this.#isHeld = body !== null || lastedMs >= minHoldMs;
    this.#connect();
    return this.#restAfterResponse(method, lastedMs);
  }

  #apply(body: FrameBody, before: Position | undefined): Position {
    const frame = toFrame(body, before);
    this.#isCaughtUp = frame.isComplete;
    this.#options.apply(frame);
    return frame.to;
  }

  #succeed(): void {
    this.#failures.succeed();
    this.#isDoubtful = false;
  }

  #connect(isOffline = false): void {
    const { environment } = this.#transport;
    const isPolling = !this.#isHeld || this.#methods.best === "poll";
    const online = environment.isHidden() ? "paused" : isPolling ? "polling" : "live";
    const isCurrent = !isOffline && (this.#isCaughtUp || this.#options.reader.connection?.isCurrent === true);
    this.#options.setConnection({ state: isOffline ? "offline" : online, isCurrent });
  }

  #restAfterResponse(method: Method, lastedMs: number): Rest {
    const { isHidden, isOnline } = this.#transport.environment;
    if (!this.#isCaughtUp) return { ms: 0 };
    if (isHidden()) {
      this.#isDoubtful = true;
      return { ms: this.#jitter(hiddenIntervalMs), until: () => !isHidden() };
    }
    if (!this.#isHeld || this.#methods.best === "poll") {
      const ms = Math.max(minPollMs, this.#options.server.pollAfterMs || defaultPollMs);
      return { ms: this.#jitter(ms), until: () => !isOnline() };
    }
    return { ms: method === "longPoll" ? minIntervalMs - lastedMs : 0 };
  }

  #restAfterFailure(
    error: SafelightError,
    {
      method,
      startedAt,
      hasBegun,
    }: { readonly method: Method; readonly startedAt: number; readonly hasBegun: boolean },
  ): Rest {
    const { environment } = this.#transport;
    const { isOnline, isOpen, ticks } = environment;
    const lastedMs = ticks() - startedAt;
    const isClosedByPage = !isOpen();
    const { retryAfterMs } = error;
    // The next method may pass: this one was blocked on the way.
    if (this.#methods.recordFailure({ method, hasBegun, lastedMs, isClosedByPage, error })) {
      // A server that refuses streams may still respond to requests.
      return { ms: method === "stream" ? 0 : (retryAfterMs ?? 0) };
    }
    // A request that was cut after it was held is not a failure of the server.
    const wasHeld = lastedMs >= minHoldMs && (method === "longPoll" || hasBegun);
    const isCut = method !== "poll" && (isClosedByPage || wasHeld);
    const { isOffline, backoffMs } = this.#failures.fail(isCut);
    // A stream that had begun is resumed without a plain request before it.
    this.#isDoubtful = !hasBegun || isClosedByPage;
    if (isOffline) this.#connect(true);
    const ms = (isOnline() ? backoffMs : this.#jitter(hiddenIntervalMs)) + (retryAfterMs ?? 0);
    return { ms, until: () => retryAfterMs === null && isOpen() };
  }

  /** A quarter more or less: pages that were opened together do not poll together. */
  #jitter(ms: number): number {
    return ms * (0.75 + this.#transport.environment.random() / 2);
  }
}

function isSignedOut({ code }: SafelightError): boolean {
  return code === "unauthenticated" || code === "forbidden";
}
