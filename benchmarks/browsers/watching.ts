/** How a browser learns that its picture is there. */
export type Watching =
  | { readonly by: "events" }
  | { readonly by: "polling"; readonly everyMs: number }
  /** It submits and goes away. */
  | { readonly by: "nobody" };

/** What the process of the browsers is asked to do. */
export interface Load {
  readonly port: number;
  readonly browsers: readonly string[];
  /** They come one after the other in this time, evenly. */
  readonly spreadMs: number;
  /** From the first number to the second, another for each browser, in no step with anybody's pace. */
  readonly developMs: readonly [number, number];
  readonly watching: Watching;
}

/** What the browsers saw. */
export interface Seen {
  /** By browser: when its page knew of the end, in epoch milliseconds. */
  readonly at: ReadonlyMap<string, number>;
  /** Requests that no answer came to. */
  readonly failures: number;
}
