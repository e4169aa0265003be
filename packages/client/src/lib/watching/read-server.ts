import type { Position } from "../call-options.js";
import type { Gallery } from "../contract/generation.js";
import { maxWaitSeconds } from "../contract/limits.js";
import type { ActiveResponse, BalanceFrame } from "../contract/wire.js";
import type { Environment } from "../environment.js";
import { backoffMs } from "../requests/backoff.js";
import { type PauseOptions, pause } from "../requests/pause.js";
import { SafelightError } from "../requests/safelight-error.js";
import type { Transport } from "../requests/transport.js";
import { emptyFrame, type FrameBody, isComplete, toFrame } from "./frame.js";
import { isDefinite } from "./is-definite.js";
import { jitter, type Method, type MethodChoice, minHoldMs } from "./method-choice.js";
import { readStream } from "./read-stream.js";
import type { Reader } from "./reader.js";
import { whileOpen } from "./while-open.js";

/** A server, and what its client has learned about the way to it. */
export interface WatchedServer {
  readonly transport: Transport;
  readonly methods: MethodChoice;
  /** The server's pace for plain requests, in milliseconds; 0 if unknown. */
  pollAfterMs: number;
}

/** Options of `readServer`. */
export interface ReadOptions {
  readonly server: WatchedServer;
  readonly reader: Reader;
  /** @default the owner's gallery */
  readonly of?: Gallery | undefined;
  /** @default the method of the reader */
  readonly setConnection?: Reader["setConnection"];
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
type Rest = Omit<PauseOptions, "signal">;

/** One attempt to read the server. */
interface Attempt {
  readonly method: Method;
  readonly startedAt: number;
  /** Whether a stream delivered a frame. */
  hasBegun: boolean;
}

/** The server ends a stream after about ten minutes. A stream that ends before this time was cut. */
const minStreamMs = 60_000;
/** A stream that the server ended is requested again within this time. */
const maxReconnectMs = 1_000;
/** Ten seconds more than the server holds a long poll. */
const longPollTimeoutMs = maxWaitSeconds * 1_000 + 10_000;
/** Min interval of long polls, even if each has news. */
const minIntervalMs = 250;
const hiddenIntervalMs = 30_000;
/** After this time without a failure, the next one counts as the first. */
const healthyMs = 30_000;
const minPollMs = 500;
const defaultPollMs = 2_000;

class ServerReader {
  readonly #options: ReadOptions;
  readonly #environment: Environment;
  /** Whether the last response contained everything that had happened. */
  #isCaughtUp = false;
  /** Whether a plain request must first find out that the server responds: after a failure, or a rest while hidden. */
  #isDoubtful = false;
  /** Whether the server held the last long poll. */
  #isHeld = true;
  /** Number of failures that make the backoff longer: not cuts. It restarts at 0 after `healthyMs` without a failure. */
  #backoffSteps = 0;
  /** Number of failures since the last response, cuts included. */
  #failuresInRow = 0;
  /** When the first response after the last failure arrived. */
  #healthySince = Infinity;

  constructor(options: ReadOptions) {
    this.#options = options;
    this.#environment = options.server.transport.environment;
  }

  async run(): Promise<void> {
    const { signal, once } = this.#options;
    while (!signal.aborted) {
      const rest = await this.#read();
      if (once && this.#isCaughtUp) return;
      if (rest.ms > 0) await pause(this.#environment, { ...rest, signal }).catch(() => {});
    }
  }

  /** Reads one response or one stream. */
  async #read(): Promise<Rest> {
    const { random, ticks } = this.#environment;
    const { position } = this.#options.reader;
    const method = this.#chooseMethod(position);
    const attempt: Attempt = { method, startedAt: ticks(), hasBegun: false };
    try {
      if (method !== "stream" || position === undefined) return await this.#request(attempt, position);
      await this.#stream(position, attempt);
      if (ticks() - attempt.startedAt < minStreamMs) throw new SafelightError("network", "GET /events was cut");
      this.#options.server.methods.recordSuccess(method);
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
    const { isHidden, isOnline } = this.#environment;
    if (this.#options.once || position === undefined || this.#isDoubtful || isHidden()) return "poll";
    const { best } = this.#options.server.methods;
    // The device may be wrong about being offline, but it closes its streams.
    if (best === "stream" && isOnline()) return best;
    // The first frame of a stream arrives at once. A long poll may be held, while the page is still `connecting`.
    return best === "poll" || this.#options.reader.connection === null ? "poll" : "longPoll";
  }

  async #stream(position: Position, attempt: Attempt): Promise<void> {
    const { server, of, reader, signal } = this.#options;
    const query = { of, after: position.sequence, owner: position.ownerTag, timeline: position.timeline };
    let before = position;
    const onFrame = (data: Readonly<Record<string, unknown>> | null) => {
      this.#succeed();
      attempt.hasBegun = true;
      this.#isHeld = true;
      // The contract guarantees the type; other members are ignored.
      const body = data as FrameBody | BalanceFrame | null;
      if (body === null) {
        this.#isCaughtUp = true;
        reader.apply(emptyFrame(before));
      } else if ("balance" in body) reader.setBalance(body.balance);
      else if ("sequence" in body) before = this.#apply(body, before);
      this.#connect();
    };
    const environment = this.#environment;
    await whileOpen({ environment, signal }, (own) => readStream(server.transport, { query, signal: own }, onFrame));
  }

  async #request({ method, startedAt }: Attempt, position: Position | undefined): Promise<Rest> {
    const { of, reader, server, signal } = this.#options;
    const environment = this.#environment;
    // A follower has the balance of its leader.
    if (position !== undefined && !this.#options.once) reader.setBalance(null);
    const isLong = method === "longPoll";
    const wait = isLong ? maxWaitSeconds : null;
    const send = (own: AbortSignal) =>
      server.transport.send<ActiveResponse>({
        path: "/active",
        query: { of, after: position?.sequence, owner: position?.ownerTag, timeline: position?.timeline, wait },
        member: "generations",
        // A position is required: "no changes" is meaningless without one, so a proxy responded.
        bodyless: position && 204,
        ...(isLong && { timeoutMs: longPollTimeoutMs }),
        maxRetries: 0,
        signal: own,
      });
    const { body } = await (isLong ? whileOpen({ environment, signal }, send) : send(signal));
    if (signal.aborted) return { ms: 0 };
    const lastedMs = environment.ticks() - startedAt;
    this.#succeed();
    server.methods.recordSuccess(method);
    this.#isCaughtUp = true;
    if (body !== null) {
      server.pollAfterMs = body.pollAfterMs;
      this.#apply(body, position);
    }
    if (isLong) this.#isHeld = body !== null || lastedMs >= minHoldMs;
    this.#connect();
    return this.#restAfterResponse(method, lastedMs);
  }

  #apply(body: FrameBody, before: Position | undefined): Position {
    const frame = toFrame(body, before);
    this.#isCaughtUp = isComplete(frame);
    this.#options.reader.apply(frame);
    return frame.to;
  }

  #succeed(): void {
    this.#failuresInRow = 0;
    this.#healthySince = Math.min(this.#healthySince, this.#environment.ticks());
    this.#isDoubtful = false;
  }

  #connect(isOffline = false): void {
    const { reader, setConnection = (connection) => reader.setConnection(connection) } = this.#options;
    const online = this.#environment.isHidden() ? "paused" : this.#isPolling ? "polling" : "live";
    const isCurrent = !isOffline && (this.#isCaughtUp || reader.connection?.isCurrent === true);
    setConnection({ state: isOffline ? "offline" : online, isCurrent });
  }

  get #isPolling(): boolean {
    return !this.#isHeld || this.#options.server.methods.best === "poll";
  }

  #restAfterResponse(method: Method, lastedMs: number): Rest {
    const { isHidden, isOnline } = this.#environment;
    if (!this.#isCaughtUp) return { ms: 0 };
    if (isHidden()) {
      this.#isDoubtful = true;
      return { ms: jitter(this.#environment, hiddenIntervalMs), until: () => !isHidden() };
    }
    if (this.#isPolling) {
      const ms = Math.max(minPollMs, this.#options.server.pollAfterMs || defaultPollMs);
      // The next request fails at once if the device goes offline, so that the page shows it.
      return { ms: jitter(this.#environment, ms), until: () => !isOnline() };
    }
    return { ms: method === "longPoll" ? minIntervalMs - lastedMs : 0 };
  }

  #restAfterFailure(error: SafelightError, { method, startedAt, hasBegun }: Attempt): Rest {
    const { isOnline, isOpen, ticks } = this.#environment;
    const lastedMs = ticks() - startedAt;
    const isClosedByPage = !isOpen();
    const { retryAfterMs } = error;
    // The next method may pass: this one was blocked on the way.
    if (this.#options.server.methods.recordFailure({ method, hasBegun, lastedMs, isClosedByPage, error })) {
      // A server that refuses streams may still respond to requests.
      return { ms: method === "stream" ? 0 : (retryAfterMs ?? 0) };
    }
    // A request that was cut after it was held is not a failure of the server: do not back off.
    const wasHeld = lastedMs >= minHoldMs && (method === "longPoll" || hasBegun);
    const isCut = method !== "poll" && (isClosedByPage || wasHeld);
    if (ticks() - this.#healthySince >= healthyMs) this.#backoffSteps = 0;
    if (!isCut) this.#healthySince = Infinity;
    this.#failuresInRow += 1;
    // One failure may be a cut, unless the device reports offline or two other failures preceded it.
    if (this.#failuresInRow > 1 || !isOnline() || (!isCut && this.#backoffSteps > 1)) this.#connect(true);
    // A stream that had begun is resumed without a plain request before it.
    this.#isDoubtful = !hasBegun || isClosedByPage;
    const backoff = backoffMs(this.#environment, isCut ? 0 : this.#backoffSteps);
    if (!isCut) this.#backoffSteps += 1;
    const ms = (isOnline() ? backoff : jitter(this.#environment, hiddenIntervalMs)) + (retryAfterMs ?? 0);
    return { ms, until: () => retryAfterMs === null && isOpen() };
  }
}

function isSignedOut({ code }: SafelightError): boolean {
  return code === "unauthenticated" || code === "forbidden";
}
