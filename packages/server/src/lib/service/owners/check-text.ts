import { invalidTextReason } from "../../json/invalid-text-reason.js";
import { invalidInput } from "../errors/invalid-input.js";

const maxTextLength = 256;

/**
 * Checks an id, a key or a short reason.
 *
 * @throws {ServiceError} invalid_input
 */
export function checkText(text: string, name: string): void {
  if (text.length < 1 || text.length > maxTextLength) {
    throw invalidInput(`Must have 1 to ${maxTextLength} characters.`, [name]);
  }
  const reason = invalidTextReason(text);
  if (reason !== null) throw invalidInput(reason, [name]);
}
