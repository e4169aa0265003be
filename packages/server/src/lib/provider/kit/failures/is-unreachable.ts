/** Error codes of DNS failures and untrusted certificates in Node.js, and of refused connections in Bun. */
const unconnectedCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ConnectionRefused",
]);

/**
 * Returns whether an error of `fetch` proves that no connection was made, so that no request was sent. Any other error
 * leaves the outcome unknown.
 */
export function isUnreachable(error: unknown): boolean {
  const cause = propertyOf(error, "cause") ?? error;
  // A host name with several addresses fails with one error per address.
  const errors = propertyOf(cause, "errors");
  return Array.isArray(errors) && errors.length > 0 ? errors.every(isOfConnecting) : isOfConnecting(cause);
}

function isOfConnecting(error: unknown): boolean {
  // Without a route, `connect` fails with ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EACCES or EINVAL. The codes alone
  // prove nothing: a route may also be lost during a request, and then the system call is `read` or `write`.
  if (propertyOf(error, "syscall") === "connect") return true;
  const code = propertyOf(error, "code");
  return typeof code === "string" && unconnectedCodes.has(code);
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
