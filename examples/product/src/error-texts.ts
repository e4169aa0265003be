/** The text for users of an error code. The messages of errors are for developers. */
export function errorTextOf({ code }: { readonly code: string }): string {
  return errorTexts[code] ?? "That did not work. Please try again in a moment.";
}

const errorTexts: Partial<Record<string, string>> = {
  content_blocked: "This place cannot be painted. Please describe another one.",
  invalid_input: "Describe the place in 1 to 500 characters.",
  network: "You seem to be offline. Your description is still here.",
  rate_limited: "That was fast. Please wait a moment.",
  too_many_active: "Some postcards are still being painted. Please wait for one of them.",
  unauthenticated: "Your session has ended. Please sign in again.",
  // Codes of Better Auth.
  EMAIL_NOT_VERIFIED: "Please confirm your address first.",
  INVALID_EMAIL: "This is not an e-mail address.",
  INVALID_EMAIL_OR_PASSWORD: "The address or the password is wrong.",
  INVALID_PASSWORD: "The password is wrong.",
  PASSWORD_TOO_SHORT: "Use a password of at least 8 characters.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "This address has an account already. Sign in instead.",
};
