/**
 * Rejects a promise returned by a function that must be synchronous. The promise gets a handler, because an unhandled
 * rejection would end the process.
 *
 * @param name of the function that returned it, for the error.
 * @throws {TypeError} for a promise.
 */
export function refusePromise<Answer>(name: string, answer: Answer): Answer {
  if (!(answer instanceof Promise)) return answer;
  answer.catch(() => {});
  throw new TypeError(`${name}() returned a promise: make it synchronous.`);
}
