import { withSetupCode } from "../ports/setup-error.js";

/**
 * Calls a function of the host's options, and names it in the error when it throws. Rejects a promise, because the function
 * must be synchronous. The promise gets a handler: an unhandled rejection would end the process.
 *
 * @throws {Error} with the function's error as its cause.
 * @throws {TypeError} for a promise.
 */
export function hostResult<Result>(name: string, call: () => Result): Result {
  let result: Result;
  try {
    result = call();
  } catch (cause) {
    throw new Error(`The function ${name}() of the options threw`, { cause });
  }
  if (!(result instanceof Promise)) return result;
  result.catch(() => {});
  throw withSetupCode("option_invalid", new TypeError(`${name}() returned a promise: make it synchronous.`));
}
