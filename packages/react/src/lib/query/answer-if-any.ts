import type { ProblemCode } from "@safelight/client/contract";

/** What the browser finds out by itself. `not_found` are the credits of a host that does not bill. */
const passing: readonly ProblemCode[] = ["unauthenticated", "forbidden", "unavailable", "schema_too_new", "not_found"];

/**
 * The answer of a verb of `safelight.api`, for a page that can do without; `null` where it is refused. Other errors pass
 * through, since frameworks use them to leave a static render.
 */
export async function answerIfAny<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    // Told by the code alone, whatever copy of the server's error class it is.
    if (!passing.some((code) => code === (error as { readonly code?: unknown } | null)?.code)) throw error;
    return null;
  }
}
