import { invalidTextReason } from "../../json/invalid-text-reason.js";
import { invalidInput } from "../errors/invalid-input.js";

const maxTextLength = 256;

/**
 * Passes what can be an id, a key or a short reason.
 *
 * @throws {ServiceError} invalid_input
 */
export function checkText(text: string, name: string): void {
  if (text.length < 1 || text.length > maxTextLength)
    throw invalidInput(`From 1 to ${maxTextLength} characters.`, [name]);
  const fault = invalidTextReason(text);
  if (fault !== null) throw invalidInput(fault, [name]);
}
