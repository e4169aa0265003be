/** How a browser learns of the end of its generation. */
export type Watching =
  | { readonly by: "events" }
  | { readonly by: "polling"; readonly everyMs: number }
  /** Submits and leaves. */
  | { readonly by: "none" };

/** Parameters of the browsers' process. */
export interface Load {
  readonly port: number;
  readonly browsers: readonly string[];
  /** Period over which the browsers arrive, evenly. */
  readonly spreadMs: number;
  /** Minimum and maximum duration of a job; each browser has another, spread over every polling interval. */
  readonly jobMs: readonly [number, number];
  readonly watching: Watching;
}

/** Result of the browsers' process. */
export interface Seen {
  /** Time at which the page received the end, in epoch milliseconds, by browser. */
  readonly at: ReadonlyMap<string, number>;
  /** Requests without a response. */
  readonly failures: number;
}
