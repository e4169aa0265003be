import type { Environment } from "../environment.js";
import { maxBackoffMs } from "../requests/backoff.js";
import type { Rest } from "../requests/pause.js";
import type { SafelightError } from "../requests/safelight-error.js";

/**
 * The pause before a failed request is sent again: `backoffMs` plus `Retry-After`. A `Retry-After` above half a minute comes from a
 * proxy's maintenance page, and the server may be back sooner. Half a minute of it counts, and as without one, the pause ends early
 * when the page is shown, comes online, or has received a response to a command.
 */
export function pauseAfterFailure(
  { retryAfterMs }: SafelightError,
  { environment, backoffMs }: { readonly environment: Environment; readonly backoffMs: number },
): Rest {
  const isBinding = retryAfterMs !== null && retryAfterMs <= maxBackoffMs;
  return {
    ms: backoffMs + Math.min(retryAfterMs ?? 0, maxBackoffMs),
    until: () => !isBinding && environment.isOpen(),
  };
}
