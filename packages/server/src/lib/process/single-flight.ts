/** How often a caller looks for the outcome of the call under way. */
const pollMs = 10;
/** A call without an outcome for this long was probably ended with its request. */
const lostAfterMs = 10_000;

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/** A call under way. Plain data: the runtime may end the request that made it. */
interface Flight<Result> {
  outcome: Outcome<Result> | null;
}

/**
 * Makes a function whose concurrent callers share one call of `work`, and its outcome. They wait by timers of their own
 * and not for a shared promise: on Cloudflare Workers, a request hangs if it waits for a promise of another request.
 *
 * @param work gets the arguments of the caller that starts it. It may run a second time beside the first, where that takes
 * longer than ten seconds.
 */
export function singleFlight<Result, Arguments extends readonly unknown[]>(
  work: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  let current: Flight<Result> | null = null;

  const start = async (args: Arguments): Promise<Outcome<Result>> => {
    const flight: Flight<Result> = { outcome: null };
    current = flight;
    flight.outcome = await work(...args).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    if (current === flight) current = null;
    return flight.outcome;
  };

  return async (...args) => {
    const outcome = (current === null ? null : await outcomeOf(current)) ?? (await start(args));
    if ("error" in outcome) throw outcome.error;
    return outcome.result;
  };
}

/** `null` for a call that was lost. */
async function outcomeOf<Result>(flight: Flight<Result>): Promise<Outcome<Result> | null> {
  for (let waitedMs = 0; flight.outcome === null && waitedMs < lostAfterMs; waitedMs += pollMs) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return flight.outcome;
}
