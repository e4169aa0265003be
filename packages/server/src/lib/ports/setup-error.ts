/**
 * The codes of errors in the setup of a server: `createSafelight`, its adapters, and the schema of its database. Each has a
 * row in docs/errors.md.
 */
export const setupErrorCodes = [
  "option_unknown",
  "option_missing",
  "option_invalid",
  "secret_missing",
  "secret_short",
  "provider_incomplete",
  "provider_blocks",
  "price_without_credits",
  "package_missing",
  "database_url_invalid",
  "schema_pending",
  "schema_parts_missing",
  "schema_unreleased",
  "mounted_elsewhere",
] as const;

/** Stable code of an error in the setup of a server. */
export type SetupErrorCode = (typeof setupErrorCodes)[number];

/** Adds the code to an error, which keeps its class. The property is not enumerable, like the message and the stack. */
export function withSetupCode<Failure extends Error>(
  code: SetupErrorCode,
  error: Failure,
): Failure & { readonly code: SetupErrorCode } {
  // The cast is safe: the property is defined here.
  return Object.defineProperty(error as Failure & { readonly code: SetupErrorCode }, "code", { value: code });
}
