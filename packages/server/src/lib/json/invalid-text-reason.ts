const loneSurrogate = /\p{Surrogate}/u;

/**
 * Returns why a text cannot be stored unchanged. Databases cut a text at a NUL and replace malformed Unicode, so that two
 * texts may become equal.
 *
 * @returns `null` for a valid text.
 */
export function invalidTextReason(text: string): string | null {
  if (text.includes("\0")) return "NUL characters are not allowed.";
  if (loneSurrogate.test(text)) return "The text is not well-formed Unicode.";
  return null;
}
