import { isOnWorkers } from "./is-on-workers.js";

/** Options of {@link singleFlight}. */
export interface SingleFlightOptions {
  /**
   * Whether a request may await a promise of another one.
   *
   * @default whether this is not Cloudflare Workers
   */
  readonly sharesPromises?: boolean;
}

/** Interval at which a waiting caller checks for the outcome, on Cloudflare Workers. */
const pollMs = 10;
/**
 * Age at which a flight without an outcome counts as lost: its request was probably ended. Leaves time for a second call
 * within the five seconds of a webhook.
 */
const lostAfterMs = 3_000;

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/** A call of `work`. */
interface Flight<Result> {
  readonly startedAt: number;
  readonly settled: Promise<Outcome<Result>>;
  /** `null` until the call has ended. Stays `null` if its request was ended first. */
  outcome: Outcome<Result> | null;
}

/**
 * Concurrent callers share one call of `work` and its outcome. On Cloudflare Workers, awaiting another request's promise
 * hangs: there, callers poll for the outcome with timers of their own. If a call has no outcome after three seconds, one of
 * the waiting callers calls `work` again, and the others wait for either.
 *
 * @param work gets the arguments of the caller that starts it. On Workers it may run more than once at the same time.
 */
export function singleFlight<Result, Arguments extends readonly unknown[]>(
  work: (...args: Arguments) => Promise<Result>,
  { sharesPromises = !isOnWorkers(globalThis) }: SingleFlightOptions = {},
): (...args: Arguments) => Promise<Result> {
  let latest: Flight<Result> | null = null;

  const start = (args: Arguments): Promise<Outcome<Result>> => {
    const settled = settle(() => work(...args)).then((outcome) => {
      flight.outcome = outcome;
      return outcome;
    });
    const flight: Flight<Result> = { startedAt: performance.now(), settled, outcome: null };
    latest = flight;
    return settled;
  };

  /** Polls the joined flight, and the latest one in case the joined one was lost. */
  const poll = async (joined: Flight<Result>, args: Arguments): Promise<Outcome<Result>> => {
    for (let current = joined; ; current = latest ?? joined) {
      const outcome = joined.outcome ?? current.outcome;
      if (outcome !== null) return outcome;
      if (performance.now() - current.startedAt >= lostAfterMs) return start(args);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  };

  return async (...args) => {
    const joined = latest?.outcome === null ? latest : null;
    let outcome: Outcome<Result>;
    if (joined === null) outcome = await start(args);
    else outcome = await (sharesPromises ? joined.settled : poll(joined, args));
    if ("error" in outcome) throw outcome.error;
    return outcome.result;
  };
}

async function settle<Result>(work: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
}
