import type { Position } from "../call-options.js";
import type { Gallery } from "../contract/generation.js";
import { maxWaitSeconds } from "../contract/limits.js";
import type { ActiveResponse, BalanceFrame } from "../contract/wire.js";
import type { Environment } from "../environment.js";
import { backoffMs } from "../requests/backoff.js";
import { pause } from "../requests/pause.js";
import { SafelightError } from "../requests/safelight-error.js";
import type { Transport } from "../requests/transport.js";
import { emptyFrame, type FrameBody, isComplete, toFrame } from "./frame.js";
import { isDefinite } from "./is-definite.js";
import { type FailedAttempt, jitter, type Method, type MethodChoice, minHoldMs } from "./method-choice.js";
import { readStream } from "./read-stream.js";
import type { Reader } from "./reader.js";
import { type Rest, restAfterFailure } from "./rest-after-failure.js";
import { whileOpen } from "./while-open.js";

/** A server, and what its client has learned about the way to it. */
export interface WatchedServer {
  readonly transport: Transport;
  readonly methods: MethodChoice;
  /** The server's pace for plain requests, in milliseconds; 0 if unknown. */
  pollAfterMs: number;
  /** The owner that the client has published to the other tabs. */
  ownerTag?: string;
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

/** One attempt to read the server. */
interface Attempt {
  readonly method: Method;
  readonly startedAt: number;
  /** Position after the last frame that it delivered; before, that of the reader. */
  position: Position | undefined;
  /** Whether it delivered anything. */
  hasBegun: boolean;
}

/** The data of an event, or of a response; `null` for a heartbeat, or a response without changes. */
type Body = FrameBody | BalanceFrame | null;

/** The server ends a stream after about ten minutes. A stream that ends before this time was cut. */
const minStreamMs = 60_000;
/** A stream that the server ended is requested again within this time. */
const maxReconnectMs = 1_000;
/** Ten seconds more than the server holds a long poll. */
const longPollTimeoutMs = maxWaitSeconds * 1_000 + 10_000;
/** Min interval of long polls, even if each has news. */
const minIntervalMs = 250;
/** Interval of plain requests while the page is hidden, or the device offline. */
const idleIntervalMs = 30_000;
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

  /** Reads one response, or one stream until its end. */
  async #read(): Promise<Rest> {
    const { reader, server, signal } = this.#options;
    const { ticks } = this.#environment;
    const method = this.#chooseMethod();
    const startedAt = ticks();
    const attempt: Attempt = { method, startedAt, position: reader.position, hasBegun: false };
    try {
      await this.#send(attempt);
      const lastedMs = ticks() - startedAt;
      if (method === "stream" && lastedMs < minStreamMs) throw new SafelightError("network", "Cut");
      server.methods.recordSuccess(method);
      return this.#restAfterResponse(method, lastedMs);
    } catch (error) {
      if (signal.aborted) return { ms: 0 };
      // A server that refuses streams may still respond to requests.
      const isFinal = method === "stream" ? isSignedOut : isDefinite;
      if (!(error instanceof SafelightError) || isFinal(error)) throw error;
      return this.#restAfterFailure(error, attempt);
    }
  }

  #chooseMethod(): Method {
    const { isHidden, isOnline } = this.#environment;
    const { once, reader, server } = this.#options;
    if (once || reader.position === undefined || this.#isDoubtful || isHidden()) return "poll";
    const { best } = server.methods;
    // The device may be wrong about being offline, but it closes its streams.
    if (best === "stream" && isOnline()) return best;
    // The first frame of a stream arrives at once. A long poll may be held, while the page is still `connecting`.
    return best === "poll" || reader.connection === null ? "poll" : "longPoll";
  }

  /** Sends one request, and receives the body of its response, or each event of a stream. */
  async #send(attempt: Attempt): Promise<void> {
    const { once, of, reader, server, signal } = this.#options;
    const { transport } = server;
    const environment = this.#environment;
    const { method, position } = attempt;
    const query = { of, after: position?.sequence, owner: position?.ownerTag, timeline: position?.timeline };
    // The contract guarantees the type.
    const receive = (body: object | null) => signal.aborted || this.#receive(body as Body, attempt);
    if (method === "stream") {
      return whileOpen({ environment, signal }, (own) => readStream(transport, { query, signal: own }, receive));
    }
    // A follower has the balance of its leader.
    if (position !== undefined && !once) reader.setBalance(null);
    const isLong = method === "longPoll";
    const send = (own: AbortSignal) =>
      transport.send<ActiveResponse>({
        path: "/active",
        query: { ...query, wait: isLong ? maxWaitSeconds : null },
        member: "generations",
        // A position is required: "no changes" is meaningless without one, so a proxy responded.
        bodyless: position && 204,
        ...(isLong && { timeoutMs: longPollTimeoutMs }),
        maxRetries: 0,
        signal: own,
      });
    receive((await (isLong ? whileOpen({ environment, signal }, send) : send(signal))).body);
  }

  /** Applies a body: a frame, a balance, or nothing, which is a heartbeat. Ignores other ones. */
  #receive(body: Body, attempt: Attempt): void {
    const { reader, server } = this.#options;
    const { ticks } = this.#environment;
    const { method, startedAt, position } = attempt;
    attempt.hasBegun = true;
    this.#failuresInRow = 0;
    this.#healthySince = Math.min(this.#healthySince, ticks());
    this.#isDoubtful = false;
    const isHeld = method === "stream" || body !== null || ticks() - startedAt >= minHoldMs;
    if (method !== "poll") this.#isHeld = isHeld;
    if (body === null || "sequence" in body) {
      // Without a position, there is always a body.
      const frame = body ? toFrame(body, position) : emptyFrame(position as Position);
      if (body && "pollAfterMs" in body) server.pollAfterMs = body.pollAfterMs;
      attempt.position = frame.to;
      this.#isCaughtUp = isComplete(frame);
      reader.apply(frame);
    } else if ("balance" in body) reader.setBalance(body.balance);
    this.#connect();
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
    const { isHidden, isOnline, random } = this.#environment;
    // A server that stops ends all of its streams.
    if (method === "stream") return { ms: random() * maxReconnectMs };
    if (!this.#isCaughtUp) return { ms: 0 };
    if (isHidden()) {
      this.#isDoubtful = true;
      return { ms: jitter(this.#environment, idleIntervalMs), until: () => !isHidden() };
    }
    if (this.#isPolling) {
      const ms = Math.max(minPollMs, this.#options.server.pollAfterMs || defaultPollMs);
      // The next request fails at once if the device goes offline, so that the page shows it.
      return { ms: jitter(this.#environment, ms), until: () => !isOnline() };
    }
    return { ms: method === "longPoll" ? minIntervalMs - lastedMs : 0 };
  }

  #restAfterFailure(error: SafelightError, attempt: Attempt): Rest {
    const environment = this.#environment;
    const { isOnline, isOpen, ticks } = environment;
    const failure = { ...attempt, lastedMs: ticks() - attempt.startedAt, isClosedByPage: !isOpen(), error };
    if (this.#options.server.methods.recordFailure(failure)) {
      // The next method may pass: this one was blocked on the way. `Retry-After` of a stream is about streams only.
      return attempt.method === "stream" ? { ms: 0 } : restAfterFailure(error, { environment, baseMs: 0 });
    }
    const steps = this.#recordFailure(failure);
    const baseMs = isOnline() ? backoffMs(environment, steps) : jitter(environment, idleIntervalMs);
    return restAfterFailure(error, { environment, baseMs });
  }

  /** Records a failure that did not block its method. @returns the number of earlier failures that make the backoff longer */
  #recordFailure({ method, hasBegun, lastedMs, isClosedByPage }: FailedAttempt): number {
    const { isOnline, ticks } = this.#environment;
    if (ticks() - this.#healthySince >= healthyMs) this.#backoffSteps = 0;
    const steps = this.#backoffSteps;
    // A request that was cut after it was held is not a failure of the server: do not back off.
    const wasHeld = lastedMs >= minHoldMs && (method === "longPoll" || hasBegun);
    const isCut = method !== "poll" && (isClosedByPage || wasHeld);
    this.#failuresInRow += 1;
    // One failure may be a cut, unless the device reports offline or two other failures preceded it.
    if (this.#failuresInRow > 1 || !isOnline() || (!isCut && steps > 1)) this.#connect(true);
    // A stream that had begun is resumed without a plain request before it.
    this.#isDoubtful = !hasBegun || isClosedByPage;
    if (isCut) return 0;
    this.#healthySince = Infinity;
    this.#backoffSteps = steps + 1;
    return steps;
  }
}

function isSignedOut({ code }: SafelightError): boolean {
  return code === "unauthenticated" || code === "forbidden";
}
