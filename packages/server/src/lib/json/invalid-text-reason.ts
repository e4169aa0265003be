const loneSurrogate = /\p{Surrogate}/u;

/**
 * Tells why a text cannot be kept as it is: databases cut it at a NUL, or put something else for what is no Unicode, so
 * that two texts may become one.
 *
 * @returns `null` when it can.
 */
export function textFaultOf(text: string): string | null {
  if (text.includes("\0")) return "NUL characters are not allowed.";
  if (loneSurrogate.test(text)) return "The text is not well-formed Unicode.";
  return null;
}
