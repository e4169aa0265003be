import type { Logger } from "../ports/logger.js";
import { type FailureLine, guardedCall, isThenable } from "./guarded-call.js";

/** Calls to a host's dispatcher or event bus. They never throw. */
export interface GuardedChannel {
  /** @returns a promise that never rejects, if the call returned a promise. */
  readonly publish: (call: () => unknown) => Promise<void> | undefined;
  /** @returns a function that unsubscribes. */
  readonly subscribe: (call: () => () => void) => () => void;
}

/** @param line of a failure; its level is `warn`. */
export function guardedChannel(logger: Logger, line: FailureLine): GuardedChannel {
  const publish = guardedCall(logger, line);
  const subscribe = guardedCall(logger, line);
  return {
    publish: (call) => {
      const result = publish(call);
      return isThenable(result) ? Promise.resolve(result).then(ignore, ignore) : undefined;
    },
    subscribe: (call) => {
      const unsubscribe = subscribe(call);
      return () => {
        // A host without types may have returned a promise.
        subscribe(() => (typeof unsubscribe === "function" ? unsubscribe() : undefined));
      };
    },
  };
}

function ignore(): void {}
