import { invalidInput } from "../errors/invalid-input.js";

export const defaultPageLimit = 20;
export const maxPageLimit = 100;

/**
 * Validates the number of rows of a page. Default 20.
 *
 * @throws {ServiceError} invalid_input
 */
export function checkPageLimit(limit: number = defaultPageLimit): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= maxPageLimit) return limit;
  throw invalidInput(`Must be a whole number from 1 to ${maxPageLimit}.`, ["limit"]);
}
