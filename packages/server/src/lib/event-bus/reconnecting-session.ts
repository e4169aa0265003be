import type { Clock } from "../ports/clock.js";
import { withinTime } from "../process/within-time.js";

/** An unconnected `Client` of `pg`, or another one of this shape. */
export interface SessionClient {
  connect(): Promise<unknown>;
  query(text: string, values?: string[]): Promise<unknown>;
  end(): Promise<unknown>;
  on(event: "notification", listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  /** Present in a `Client` of `pg`. Its `end` waits for the server, so the bus destroys the socket of a silent one. */
  readonly connection?: { readonly stream?: { destroy(): unknown } };
}

/** Options of a {@link ReconnectingSession}. */
export interface SessionOptions {
  readonly open: () => SessionClient | Promise<SessionClient>;
  /** Runs after each connect, before the first query. */
  readonly setUp?: (client: SessionClient) => Promise<unknown>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onOpen: () => void;
  readonly onFailure: (error: unknown) => void;
  readonly onLost?: () => void;
}

/** Max time in which the host creates a client, and the client connects. */
const connectLimitMs = 10_000;
/** Max time in which a connection ends before its socket is destroyed. Less than the bus gives to `close`. */
const endLimitMs = 500;
const minRetryMs = 250;
const maxRetryMs = 5_000;

/** One session of Postgres that connects again after each loss, with exponential backoff, until it is closed. */
export class ReconnectingSession {
  readonly #options: SessionOptions;
  #client: SessionClient | null = null;
  #isOpen = false;
  #failures = 0;
  #isClosed = false;
  #cancelRetry = (): void => {};

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#connect();
  }

  /** Rejects while there is no connection. */
  async query(text: string, values: string[]): Promise<void> {
    if (this.#client === null || !this.#isOpen) throw new Error("The event bus is not connected.");
    await this.#client.query(text, values);
  }

  /** Replaces the connection, which may be half-open. A connection that is being opened has a time limit of its own. */
  restart(): void {
    if (this.#client !== null && this.#isOpen) this.#lose(this.#client);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#isClosed = true;
    this.#client = null;
    this.#cancelRetry();
    if (client !== null) await this.#discard(client);
  }

  async #connect(): Promise<void> {
    const { clock, onFailure, onOpen, open, setUp } = this.#options;
    const opened: { client: SessionClient | null } = { client: null };
    try {
      await withinTime({ clock, limitMs: connectLimitMs, what: "Connecting the event bus" }, async (signal) => {
        const client = await open();
        // Never connected, so there is nothing to close.
        if (signal.aborted || this.#isClosed) return;
        opened.client = client;
        this.#client = client;
        client.on("error", (error) => {
          onFailure(error);
          this.#lose(client);
        });
        client.on("end", () => this.#lose(client));
        await client.connect();
        await setUp?.(client);
        if (this.#client !== client) return;
        this.#failures = 0;
        this.#isOpen = true;
        onOpen();
      });
    } catch (error) {
      onFailure(error);
      if (opened.client === null) this.#retry();
      else this.#lose(opened.client);
    }
  }

  #lose(client: SessionClient): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#isOpen = false;
    void this.#discard(client);
    this.#retry();
  }

  async #discard(client: SessionClient): Promise<void> {
    const limit = { clock: this.#options.clock, limitMs: endLimitMs, what: "Ending a connection of the event bus" };
    await withinTime(limit, () => client.end()).catch(() => {});
    client.connection?.stream?.destroy();
  }

  #retry(): void {
    if (this.#isClosed) return;
    const { clock, onLost, random } = this.#options;
    const delayMs = Math.min(minRetryMs * 2 ** this.#failures, maxRetryMs) * (0.5 + random() / 2);
    this.#failures += 1;
    this.#cancelRetry = clock.setTimer(delayMs, () => void this.#connect());
    onLost?.();
  }
}
