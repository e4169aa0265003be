/** Outcome of a request: a response, or a connection that broke before one. */
export type Outcome = Response | "lost";

/** The client side of a request. */
export interface Connection {
  deliver(outcome: Outcome): void;
  /** Runs a callback as soon as the page's event loop runs. */
  run(work: () => void): void;
  /** Aborted when the client no longer waits for the response. */
  readonly gone: AbortSignal;
}

/** An open response: a stream or a long poll. */
export interface HeldResponse {
  readonly lagMs: number;
  /** Called when the replica of this response has another state. */
  notify(): void;
  cut(): void;
  /** Keeps the response open without further bytes. */
  mute(): void;
}
