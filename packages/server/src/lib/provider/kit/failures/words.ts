/**
 * Tells whether a value is a word of a program: a code, the name of a field or of a class. What a vendor says in sentences
 * may repeat what the owner wrote, and stays out of messages.
 */
export function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:[\]/-]{1,100}$/.test(value);
}
