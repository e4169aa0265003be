/** Errors of making a connection, as Node and Bun name them. */
const connectCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ConnectionRefused",
]);

/**
 * Tells whether what `fetch` threw proves that no connection was made, and therefore no request was sent. Whatever is not
 * known to prove it does not.
 */
export function isUnreachable(error: unknown): boolean {
  const cause = propertyOf(error, "cause") ?? error;
  // Where a name has several addresses, each has an error of its own.
  const errors = propertyOf(cause, "errors");
  return Array.isArray(errors) && errors.length > 0 ? errors.every(isOfConnecting) : isOfConnecting(cause);
}

function isOfConnecting(error: unknown): boolean {
  const code = propertyOf(error, "code");
  // A route may also be lost in the middle of a request.
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return propertyOf(error, "syscall") === "connect";
  return typeof code === "string" && connectCodes.has(code);
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
