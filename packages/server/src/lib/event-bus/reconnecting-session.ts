import type { Clock } from "../ports/clock.js";
import { withinTime } from "../process/within-time.js";

/** An unconnected `Client` of `pg`, or another one of this shape. */
export interface SessionClient {
  connect(): Promise<unknown>;
  query(text: string, values?: string[]): Promise<unknown>;
  end(): Promise<unknown>;
  on(event: "notification", listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: "error" | "end", listener: () => void): unknown;
}

/** Options of a {@link ReconnectingSession}. */
export interface SessionOptions {
  readonly open: () => SessionClient | Promise<SessionClient>;
  /** Runs after each connect, before the first query. */
  readonly setUp: (client: SessionClient) => Promise<unknown>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onOpen: () => void;
  readonly onLost?: () => void;
}

const connectLimitMs = 10_000;
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

  /** Replaces the connection, which may be half-open. */
  restart(): void {
    if (this.#client !== null) this.#lose(this.#client);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#isClosed = true;
    this.#client = null;
    this.#cancelRetry();
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const { clock, onOpen, open, setUp } = this.#options;
    let client: SessionClient | null = null;
    try {
      const opened = await open();
      if (this.#isClosed) return;
      client = opened;
      this.#client = opened;
      opened.on("error", () => this.#lose(opened));
      opened.on("end", () => this.#lose(opened));
      await withinTime({ clock, limitMs: connectLimitMs, what: "Connecting the event bus" }, async () => {
        await opened.connect();
        await setUp(opened);
      });
      if (this.#client !== opened) return;
      this.#failures = 0;
      this.#isOpen = true;
      onOpen();
    } catch {
      if (client !== null) this.#lose(client);
      else this.#retry();
    }
  }

  #lose(client: SessionClient): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#isOpen = false;
    client.end().catch(() => {});
    this.#retry();
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
