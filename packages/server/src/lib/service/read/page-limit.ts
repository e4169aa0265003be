import { invalidInput } from "../errors/invalid-input.js";

export const defaultPageLimit = 20;
export const maxPageLimit = 100;

/**
 * How many rows a page has.
 *
 * @throws {ServiceError} invalid_input
 */
export function checkPageLimit(limit: number = defaultPageLimit): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= maxPageLimit) return limit;
  throw invalidInput(`A whole number from 1 to ${maxPageLimit}.`, ["limit"]);
}
