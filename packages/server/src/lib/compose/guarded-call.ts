import { errorText } from "../ports/error-text.js";
import type { LogEvent } from "../ports/log-event.js";
import type { Logger } from "../ports/logger.js";

/** Calls a host function. Returns `undefined` if it throws. */
export type GuardedCall = <Result>(call: () => Result) => Result | undefined;

/** Log line of a host function that failed. */
export interface FailureLine {
  readonly event: LogEvent;
  readonly message: string;
}

/**
 * Calls host functions whose exceptions and rejections must not reach the caller. Logs the first failure, and the next
 * one only after a success.
 *
 * @param line of the first failure; its level is `warn`.
 */
export function guardedCall(logger: Logger, { event, message }: FailureLine): GuardedCall {
  let isFailing = false;
  const fail = (error: unknown): void => {
    if (!isFailing) logger.warn(message, { event, error: errorText(error) });
    isFailing = true;
  };
  const succeed = (): void => {
    isFailing = false;
  };
  return (call) => {
    try {
      const result: unknown = call();
      // The type is synchronous, but the host's function may be async.
      if (isThenable(result)) Promise.resolve(result).then(succeed, fail);
      else succeed();
      // The value that `call` returned; its type was widened above for the check.
      return result as ReturnType<typeof call>;
    } catch (error) {
      fail(error);
      return undefined;
    }
  };
}

/** Whether a host's function returned a promise. */
export function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof result === "object" && result !== null && "then" in result;
}
