import type { Environment } from "../environment.js";
import { maxBackoffMs } from "../requests/backoff.js";
import type { PauseOptions } from "../requests/pause.js";
import type { SafelightError } from "../requests/safelight-error.js";

/** How long to wait before the next request. */
export type Rest = Omit<PauseOptions, "signal">;

/**
 * The rest before a failed request is sent again: `baseMs` and the delay of `Retry-After`. They are added, so that pages that
 * received the same header do not return together. A `Retry-After` of at most 30 s is binding: it is also obeyed when the page
 * is shown, comes online, or has received a response to a command. A longer one, such as that of a proxy's maintenance
 * response, counts as 30 s and does not hold those back.
 */
export function restAfterFailure(
  { retryAfterMs }: SafelightError,
  { environment, baseMs }: { readonly environment: Environment; readonly baseMs: number },
): Rest {
  const isBinding = retryAfterMs !== null && retryAfterMs <= maxBackoffMs;
  return {
    ms: baseMs + Math.min(retryAfterMs ?? 0, maxBackoffMs),
    until: () => !isBinding && environment.isOpen(),
  };
}
