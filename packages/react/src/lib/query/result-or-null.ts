import type { ProblemCode } from "@safelight/client/contract";
import { consoleLogger } from "./console-logger.js";

/** Refusals that the browser handles itself. `not_found` is the credits of a host that does not bill. */
const expectedCodes: readonly ProblemCode[] = [
  "unauthenticated",
  "forbidden",
  "unavailable",
  "schema_too_new",
  "not_found",
];

/**
 * Resolves a call of `safelight.api` with its response, or `null` if it was refused with an expected code, or if the host's
 * `identify` threw: the browser then sends the request itself. Rethrows other errors, since frameworks use exceptions to
 * leave a static render.
 */
export async function resultOrNull<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    // Compare codes, not classes: several copies of the server's error class may be loaded.
    const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
    if (code === "identify_failed") {
      // `identify` may have called a function of the framework, such as `cookies()` of Next.
      if (isFrameworkError(cause)) throw cause;
      consoleLogger.error("Could not prefetch, so the browser sends the request itself.", error);
      return null;
    }
    if (!expectedCodes.some((expected) => expected === code)) throw error;
    return null;
  }
}

/** Next marks the exceptions by which it leaves a render with a `digest`; others throw values that are not errors. */
function isFrameworkError(cause: unknown): boolean {
  return !(cause instanceof Error) || "digest" in cause;
}
