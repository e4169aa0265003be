/** A line for a provider script, whose result the test resolves. */
export interface HeldCall<Result> {
  /** The line of the script. */
  readonly line: (call: { readonly signal: AbortSignal }) => Promise<Result>;
  /** The same for a function without a signal. `called` then resolves with one that is never aborted. */
  readonly run: () => Promise<Result>;
  /** Resolves with the signal of the call when the provider is called. */
  readonly called: Promise<AbortSignal>;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Creates a line that blocks until the test resolves or rejects it. */
export function heldCall<Result>(): HeldCall<Result> {
  const result = deferred<Result>();
  const called = deferred<AbortSignal>();
  const line: HeldCall<Result>["line"] = ({ signal }) => {
    called.resolve(signal);
    return result.promise;
  };
  return {
    line,
    run: () => line(new AbortController()),
    called: called.promise,
    resolve: result.resolve,
    reject: result.reject,
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
