import type { Environment } from "../environment.js";
import { maxBackoffMs } from "../requests/backoff.js";
import type { PauseOptions } from "../requests/pause.js";
import type { SafelightError } from "../requests/safelight-error.js";

/**
 * The pause before a failed request is sent again: `backoffMs`, and the delay of `Retry-After`, at most half a minute. A longer
 * one is that of a proxy's maintenance page, and the server may be back sooner. Only a shorter one also applies to a page that is
 * shown again, comes online, or has received a response to a command.
 */
export function pauseAfterFailure(
  { retryAfterMs }: SafelightError,
  { environment, backoffMs }: { readonly environment: Environment; readonly backoffMs: number },
): Omit<PauseOptions, "signal"> {
  const isBinding = (retryAfterMs ?? Infinity) <= maxBackoffMs;
  return {
    ms: backoffMs + Math.min(retryAfterMs ?? 0, maxBackoffMs),
    until: () => !isBinding && environment.isOpen(),
  };
}
