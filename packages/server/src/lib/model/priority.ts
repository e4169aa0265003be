import { assertPriority } from "./assert-model.js";
import { hostResult } from "./host-result.js";

/** Priority in the queue: an integer from 0 to 9, or a function of the parsed input and the caller that returns one. */
export type Priority<Input, Caller> = number | ((input: Input, caller: Caller) => number);

/**
 * Returns the function that determines the priority of a submit.
 *
 * @throws {RangeError} for a number that is not an integer from 0 to 9, at once or for the result of the function.
 */
export function priorityRule<Input, Caller>(
  priority: Priority<Input, Caller>,
): (input: Input, caller: Caller) => number {
  if (typeof priority !== "number") {
    return (input, caller) => assertPriority(hostResult("priority", () => priority(input, caller)));
  }
  assertPriority(priority);
  return () => priority;
}
