import type { ProblemCode } from "@safelight/client/contract";

/** Refusals that the browser handles itself. `not_found` is the credits of a host that does not bill. */
const expectedCodes: readonly ProblemCode[] = [
  "unauthenticated",
  "forbidden",
  "unavailable",
  "schema_too_new",
  "not_found",
];

/**
 * Resolves a call of `safelight.api` with its response, or `null` if it was refused with an expected code. Rethrows
 * other errors, since frameworks use exceptions to leave a static render.
 */
export async function resultOrNull<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    // Compare codes, not classes: several copies of the server's error class may be loaded.
    if (!expectedCodes.some((code) => code === (error as { readonly code?: unknown } | null)?.code)) throw error;
    return null;
  }
}
