/**
 * Returns whether a value is an identifier of a program: an error code, a field name or a class name. Sentences of a
 * vendor may repeat the owner's prompt, so they stay out of messages.
 */
export function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:[\]/-]{1,100}$/.test(value);
}
