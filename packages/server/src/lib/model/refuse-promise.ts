/**
 * Refuses a promise where a value is needed at once. Without a handler, its rejection would end the process.
 *
 * @param name of the function that returned it, for the error.
 * @throws {TypeError} for a promise.
 */
export function refusePromise<Answer>(name: string, answer: Answer): Answer {
  if (!(answer instanceof Promise)) return answer;
  answer.catch(() => {});
  throw new TypeError(`${name}() returned a promise: make it synchronous.`);
}
