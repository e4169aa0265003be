/** A line of a script whose answer comes when the test says so. */
export interface HeldAnswer<Answer> {
  /** For the script. */
  readonly line: (question: { readonly signal: AbortSignal }) => Promise<Answer>;
  /** Comes with the question: the signal that it was asked with. */
  readonly asked: Promise<AbortSignal>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes an answer that waits for the test. */
export function heldAnswer<Answer>(): HeldAnswer<Answer> {
  const answer = deferred<Answer>();
  const asked = deferred<AbortSignal>();
  return {
    line: ({ signal }) => {
      asked.resolve(signal);
      return answer.promise;
    },
    asked: asked.promise,
    resolve: answer.resolve,
    reject: answer.reject,
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
